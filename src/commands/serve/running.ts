import { type Kit } from '../../api/kit.ts';
import { type Server } from '../../api/server-type.ts';
import { limits } from '../../limits.ts';
import { keepSwept } from '../../store/keep-swept.ts';

/** What goes on while a server listens. */
export interface Running {
  readonly server: Server;
  readonly kit: Pick<Kit, 'app' | 'hub' | 'notifier' | 'supervisor'>;
  readonly signal: AbortSignal;
}

/** Takes no more requests, says goodbye to who listens, and cuts what does not end by itself. */
async function close({ server, kit }: Running): Promise<void> {
  const { clock } = kit.app.environment;
  const closed = new AbortController();
  const cut = clock.sleep(limits.serveGoodbyeMs, closed.signal).then(
    () => {
      server.server.closeAllConnections();
    },
    () => undefined,
  );
  const closing = server.close();
  await kit.hub.stop();
  await closing;
  closed.abort();
  await cut;
}

/**
 * Runs the controllers and tells the receivers of webhooks until the signal is aborted; then everything
 * ends: readers are told, controllers let go of their cutovers. What fails by itself ends all of it, and
 * is thrown.
 */
export async function keepRunning(running: Running): Promise<void> {
  const { kit, signal } = running;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const guarded = async (run: (until: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await run(either);
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const ended = new Promise<void>(resolve => {
    const end = (): void => {
      resolve();
    };
    if (either.aborted) end();
    else either.addEventListener('abort', end, { once: true });
  });
  const { clock, store } = kit.app.environment;
  const parts = [
    guarded(until => keepSwept({ documents: store.documents, clock }, until)),
    guarded(until => kit.supervisor.run(until)),
    guarded(until => kit.notifier.run(until)),
    ended.then(() => close(running)),
  ];
  const results = await Promise.allSettled(parts);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
