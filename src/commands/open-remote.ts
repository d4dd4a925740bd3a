import { Fault } from '../errors.ts';
import { type Context, type Terminal } from './context.ts';
import { type RemoteTerms } from './remote-terms.ts';

/** Nothing of a server's configuration is here; a command that needs it asks the server for what it does. */
const configThere = (): Fault =>
  new Fault('UNSUPPORTED', 'the configuration is on the machine of the server', {
    where: '--server',
    fix: 'give this command there, without --server',
  });

/** The context of a command that a server is asked for. Nothing is asked yet. */
export async function openRemote(
  terminal: Terminal,
  of: { readonly local: Context; readonly terms: RemoteTerms },
): Promise<Context> {
  const { local, terms } = of;
  const [{ openDesk }, { readSecret }, { systemClock }, { systemChance }] = await Promise.all([
    import('../remote/desk.ts'),
    import('../config/secret.ts'),
    import('../machine/clock.ts'),
    import('../machine/chance.ts'),
  ]);
  const { secret, warning } = await readSecret(terms.tokenFile, { decode: 'text' });
  if (warning !== null) terminal.talk(`warning: ${warning.message}. ${warning.fix}`);
  const remote = openDesk({
    ...{ server: terms.server, token: secret, signal: local.signal },
    ...{ clock: systemClock(), chance: systemChance },
    tell: text => {
      terminal.talk(text);
    },
  });
  return {
    ...local,
    remote,
    places: { config: remote.server, state: remote.server, backups: [] },
    config: async () => {
      throw configThere();
    },
    app: remote.app,
    hasStore: () => true,
  };
}
