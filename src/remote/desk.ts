import { type App } from '../app.ts';
import { type Chance, type Clock } from '../clock.ts';
import { type Secret } from '../secret.ts';
import { remoteApp } from './app.ts';
import { openConnection } from './connection.ts';
import { type Handing, handIn } from './hand-in.ts';
import { epochOf, listResolvers } from './lookup.ts';
import { type Operation } from './operation.ts';
import { planThere, type StartThere, startThere } from './plans.ts';
import { type SharedThere, shareThere } from './share.ts';
import { type PlanView } from '../view/plan/plan.ts';
import { type ListedResolver } from '../view/resolvers/text.ts';

/** What a server is asked in the place of this machine. */
export interface Desk {
  /** Its address, for messages. */
  readonly server: string;
  readonly app: () => Promise<App>;
  /** The plan of a domain, by the configuration there. Changes nothing. */
  readonly plan: (domain: string) => Promise<PlanView>;
  /** Those that the server can ask. */
  readonly resolvers: () => Promise<readonly ListedResolver[]>;
  /** Starts what was planned; the id of the cutover. */
  readonly start: (start: StartThere) => Promise<string>;
  /** What a probe saw at this place. */
  readonly handIn: (handing: Handing) => Promise<Operation>;
  /** A read-only link to the page of a cutover. */
  readonly share: (of: { readonly name: string; readonly lastsMs: number }) => Promise<SharedThere>;
}

export interface DeskTerms {
  readonly server: URL;
  readonly token: Secret;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Opens nothing yet; the first look at the server says whether it is one, and whether the token is good. */
export function openDesk(terms: DeskTerms): Desk {
  const { clock, chance, signal } = terms;
  const connection = openConnection(terms);
  const open = async (): Promise<App> => {
    const epoch = await epochOf({ connection, signal });
    return remoteApp({ connection, clock, chance, signal, epoch });
  };
  let opened: Promise<App> | null = null;
  const app = (): Promise<App> => (opened ??= open());
  const posts = { connection, clock, chance, signal };
  return {
    server: connection.server,
    app,
    plan: async domain => {
      // The first request has no body: where a server is not meant by its name (421), fetch repeats those
      // that have one, and tells nothing of why.
      await app();
      return planThere(posts, domain);
    },
    resolvers: () => listResolvers({ connection, signal }),
    start: start => startThere(posts, start),
    handIn: handing => handIn(posts, handing),
    share: async of => {
      // As above.
      await app();
      return shareThere(posts, of);
    },
  };
}
