import { type Plan } from './plan.ts';

/** `keyText` of every RRset that a plan manages. */
export const keysOf = (plan: Plan): readonly string[] => plan.tracks.map(({ key }) => key);
