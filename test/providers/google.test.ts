import { conformance } from './conformance.ts';
import { opened } from './google-backend.ts';

conformance('Google Cloud DNS', { open: opened });
