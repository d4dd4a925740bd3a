export { type Inquire, type Inquired } from '../dns/inquiry.ts';
