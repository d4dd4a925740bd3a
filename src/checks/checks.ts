import { type Finding } from '../cutover/finding.ts';
import { type CheckInput } from './input.ts';

/** Every finding about authority and state, with the severities that the configuration overrides. */
export type Checks = (input: CheckInput) => readonly Finding[];
