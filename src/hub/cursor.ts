/** What stands for a place in the journal of one store. */
export const cursorText = (epoch: string, n: number): string => `${epoch}-${String(n)}`;

/**
 * The number of a cursor of this store; null for one of another epoch, and for anything that is no cursor,
 * however long: whether there is such a line yet is for the caller to see.
 */
export function cursorNumber(text: string, epoch: string): number | null {
  const digits = text.startsWith(`${epoch}-`) ? text.slice(epoch.length + 1) : '';
  return /^(?:0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : null;
}
