import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Document } from './documents.ts';

/** Visible ASCII sorts alike by code unit and by octet, in every store. */
const idPattern = /^[!-~]+$/;

/** The data as the text that is kept. BUG for what its owner must not hand over. */
export function documentText({ kind, id, version, expiresAt, data }: Document): string {
  const where = `${kind} document`;
  if (!idPattern.test(id) || id.length > limits.documentIdCharacters)
    throw new Fault('BUG', 'the id of a document is visible ASCII of bounded length', { where });
  const numbers = [version, ...(expiresAt === null ? [] : [expiresAt])];
  if (!numbers.every(Number.isSafeInteger) || version < 0)
    throw new Fault('BUG', 'the version and the end of a document are whole numbers', { where });
  const text: unknown = JSON.stringify(data);
  if (typeof text !== 'string' || Buffer.byteLength(text) > limits.documentOctets)
    throw new Fault('BUG', 'a document is JSON of bounded size', { where });
  return text;
}

/** MALFORMED when it is not what was kept; says nothing of what it holds, which may be a hash of a secret. */
export function documentData(text: string, { kind, id }: Pick<Document, 'kind' | 'id'>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const where = `${kind} ${id}`;
    throw new Fault('MALFORMED', `${where} is not the JSON that was stored`, {
      where,
      fix: 'The store was damaged: run `store check`, then restore the last backup.',
    });
  }
}
