import { type Environment } from '../controller/environment.ts';
import { limits } from '../limits.ts';

/**
 * Whether the store takes a write: one is made, since a full or read-only disk reads as ever. Anybody may
 * ask, so one try answers for a while. @throws Fault STORE
 */
export function openReadiness({ store, clock }: Environment): () => Promise<void> {
  let tried: { readonly at: number; readonly outcome: Promise<void> } | null = null;
  const write = async (): Promise<void> => {
    const kind = 'readiness';
    const id = 'write';
    const { version = 0 } = (await store.documents.get(kind, id)) ?? {};
    const data = { at: clock.now().wall };
    // Whoever was first instead has written, and that is all that was asked.
    await store.documents.put({ kind, id, version, expiresAt: null, data });
  };
  return () => {
    const at = clock.now().up;
    if (tried === null || at - tried.at >= limits.readinessMs) tried = { at, outcome: write() };
    return tried.outcome;
  };
}
