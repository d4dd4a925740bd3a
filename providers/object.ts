/** An object with keys: what an answer in JSON has to be before anything in it is believed. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
