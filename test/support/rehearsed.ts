import { type App } from '../../src/app.ts';
import { exampleZone, rehearsedExample } from '../../src/rehearsal/example.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';

/** A rehearsal that goes on beside a test. */
export interface Rehearsed {
  readonly app: App;
  readonly id: string;
  readonly stop: () => Promise<void>;
}

/** A real rehearsal, whose cutover has begun. */
export async function openRehearsal(): Promise<Rehearsed> {
  const stop = new AbortController();
  const id = 'example.org.1';
  const opened = Promise.withResolvers<App>();
  const rehearsal = rehearse({
    ...{ order: rehearsedExample, zone: exampleZone, seed: 4, faults: 'normal', pace: null },
    ...{ now: Date.now(), onEntry: () => undefined, tell: () => undefined },
    onApp: async one => {
      opened.resolve(one);
    },
    signal: stop.signal,
  }).catch(opened.reject);
  const app = await opened.promise;
  while ((await app.find(id)) === null) await new Promise(resolve => setTimeout(resolve, 50));
  return {
    app,
    id,
    stop: async () => {
      stop.abort();
      await rehearsal;
    },
  };
}
