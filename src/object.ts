/** An object with keys: what was read as JSON or YAML has to be one before anything in it is believed. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
