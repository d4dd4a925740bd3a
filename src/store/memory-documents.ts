import { documentData, documentText } from './check-document.ts';
import { type Document, type DocumentKind, type Documents } from './documents.ts';

type KeptDocument = Omit<Document, 'data'> & { readonly text: string };

/** By kind, and there by id. */
export type DocumentPlaces = Map<DocumentKind, Map<string, KeptDocument>>;

/** Kept as text, so that nobody changes what is kept by changing what was handed over. */
const toDocument = ({ text, ...kept }: KeptDocument): Document => ({
  ...kept,
  data: documentData(text, kept),
});

/** `living` throws once the process of the store has ended. */
export function memoryDocuments(places: DocumentPlaces, living: () => void): Documents {
  const of = (kind: DocumentKind): Map<string, KeptDocument> => {
    living();
    const there = places.get(kind) ?? new Map<string, KeptDocument>();
    places.set(kind, there);
    return there;
  };
  return {
    get: async (kind, id) => {
      const kept = of(kind).get(id);
      return kept ? toDocument(kept) : null;
    },
    list: async (kind, { prefix = '', after = '', limit }) =>
      [...of(kind).values()]
        .filter(({ id }) => id.startsWith(prefix) && id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map(toDocument),
    put: async document => {
      const { kind, id, version, expiresAt } = document;
      const kept = of(kind);
      const text = documentText(document);
      if ((kept.get(id)?.version ?? 0) !== version) return false;
      kept.set(id, { kind, id, version: version + 1, expiresAt, text });
      return true;
    },
    remove: async (kind, id) => of(kind).delete(id),
    sweep: async now => {
      living();
      let swept = 0;
      for (const kept of places.values())
        for (const { id, expiresAt } of [...kept.values()])
          if (expiresAt !== null && expiresAt < now && kept.delete(id)) swept += 1;
      return swept;
    },
  };
}
