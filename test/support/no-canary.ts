import { type OpenCanary } from '../../src/controller/environment.ts';

/** For controllers of cutovers without a canary. */
export const noCanary: OpenCanary = () => {
  throw new Error('this cutover has no canary');
};
