import { type Document } from '../../src/store/documents.ts';
import { type Store } from '../../src/store/store.ts';

export const documentOf = (id: string, given: Partial<Document> = {}): Document => ({
  ...{ kind: 'token', id, version: 0, expiresAt: null, data: { name: id } },
  ...given,
});

/** Reads the counter and puts it back raised by one, until that was done before anybody else did. */
export async function raise({ documents }: Store): Promise<void> {
  for (;;) {
    const read = (await documents.get('operation', 'counter')) ?? documentOf('counter');
    const count = typeof read.data === 'number' ? read.data : 0;
    if (await documents.put({ ...read, kind: 'operation', data: count + 1 })) return;
  }
}
