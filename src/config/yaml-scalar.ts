/** A YAML scalar in single quotes: nothing in it has a meaning but the quote itself. */
export const single = (text: string): string => `'${text.replaceAll("'", "''")}'`;
