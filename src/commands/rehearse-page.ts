import { type Access } from '../access/access.ts';
import { makeAccess } from '../access/make-access.ts';
import { type Kit } from '../api/kit.ts';
import { makeMetrics } from '../api/metrics/metrics.ts';
import { makeServer } from '../api/server.ts';
import { type App } from '../app.ts';
import { type Clock } from '../clock.ts';
import { Fault } from '../errors.ts';
import { makeHub } from '../hub/make-hub.ts';
import { limits } from '../limits.ts';
import { systemClock } from '../machine/clock.ts';
import { systemChance } from '../machine/chance.ts';
import { makeNotifier } from '../notify/make-notifier.ts';
import { viewersClock } from '../rehearsal/viewers-clock.ts';
import { packageVersion } from './package-version.ts';
import { type Address, hostText } from './serve/address.ts';
import { listen } from './serve/listening.ts';
import { openPages } from './serve/pages.ts';
import { questionsOf } from './serve/questions.ts';

/** Where a rehearsal can be looked at. */
export interface RehearsalPage {
  /** With a token behind the `#`: good for this rehearsal alone, and on this machine alone. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const refusal = 'a rehearsal has one cutover, and no configuration';

/**
 * Logins and links of who looks end by the real clock: in fast motion eight hours are over in seconds. What
 * routes reckon from the time in there is told, and taken, as that time.
 */
function byRealTime(
  access: Access,
  {
    rehearsed,
    real,
  }: { readonly rehearsed: Pick<Clock, 'now'>; readonly real: Pick<Clock, 'now'> },
): Access {
  const ahead = (): number => rehearsed.now().wall - real.now().wall;
  return {
    ...access,
    login: async secret => {
      const session = await access.login(secret);
      if (session === null) return null;
      const { principal } = session;
      return { ...session, principal: { ...principal, expiresAt: principal.expiresAt + ahead() } };
    },
    createShare: order => access.createShare({ ...order, expiresAt: order.expiresAt - ahead() }),
    createToken: order => access.createToken({ ...order, expiresAt: order.expiresAt - ahead() }),
  };
}

/** Nobody makes plans in a rehearsal, nor changes what it was made from. */
export function rehearsalKit(app: App, pages: Kit['pages']): Kit {
  const { store } = app.environment;
  const real = systemClock();
  const clock = viewersClock(app.environment.clock, real);
  const ground = { documents: store.documents, clock: real, chance: systemChance };
  const access = byRealTime(makeAccess(ground), { rehearsed: clock, real });
  const lookUp = async (): Promise<never> => {
    throw new Fault('REFUSED', 'a rehearsal calls nobody');
  };
  return {
    ...{ app: { ...app, environment: { ...app.environment, clock } }, access, pages },
    config: async () => {
      throw new Fault('REFUSED', refusal, { fix: 'dns-cutover serve has what is configured' });
    },
    hub: makeHub({ store, clock, chance: systemChance, access }),
    notifier: makeNotifier(
      {
        ...{ store, clock: real, chance: systemChance, holder: 'rehearsal' },
        ...{ send: lookUp, tell: () => undefined },
      },
      [],
    ),
    metrics: makeMetrics(),
    supervisor: { take: () => undefined, run: async () => undefined },
    questions: questionsOf(app),
    // Nothing lies below it: there is no list, and none can be written.
    ownList: '/dev/null/resolvers.json',
    settings: {
      ...{ hosts: ['localhost', '127.0.0.1'], secure: false, proxies: [], fourEyes: false },
      title: 'Rehearsal',
    },
    version: packageVersion(),
  };
}

/** Serves the page of a rehearsal on loopback. */
export async function openRehearsalPage(app: App, at: Address): Promise<RehearsalPage> {
  const kit = rehearsalKit(app, await openPages());
  const server = await makeServer(kit, { log: null });
  const { host, port } = await listen(server, at);
  const { secret } = await kit.access.createToken({
    ...{ name: 'whoever rehearses', role: 'admin', cutovers: null, by: 'rehearse' },
    expiresAt: kit.app.environment.clock.now().wall + limits.rehearsalTokenMs,
  });
  return {
    address: `http://${hostText(host)}:${String(port)}/login#${secret}`,
    close: async () => {
      const closing = server.close();
      await kit.hub.stop();
      server.server.closeAllConnections();
      await closing;
    },
  };
}
