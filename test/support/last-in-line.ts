import { constants, setPriority } from 'node:os';

/**
 * What only computes takes the processors when nobody else wants them: beside it caches and browsers are asked,
 * which wait for each other most of the time and must not wait for this.
 */
setPriority(constants.priority.PRIORITY_LOW);
