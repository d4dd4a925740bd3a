import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type ProviderEnvironment } from '../../providers/adapter.ts';
import { type App } from '../app.ts';
import { type Config } from '../config/config.ts';
import { isWithin, type Name, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { type Provider } from '../provider.ts';
import { type Store } from '../store/store.ts';
import { type Sweep } from '../transport/sweep.ts';
import { type Context, type Places, type Terminal } from './context.ts';
import { type Input } from './spec.ts';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];

function placesOf({ options }: Input): Places {
  const stateHome = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return {
    config: resolve(text(options['config']) ?? 'dns-cutover.yaml'),
    state: resolve(text(options['state']) ?? join(stateHome, 'dns-cutover')),
    backups: texts(options['backup']).map(directory => resolve(directory)),
  };
}

async function openStore({ state }: Places): Promise<Store> {
  const [{ openSqlite }, { systemChance }] = await Promise.all([
    import('../store/sqlite.ts'),
    import('../machine/chance.ts'),
  ]);
  return openSqlite(state, {
    pid: process.pid,
    host: hostname(),
    ownerId: `${String(process.pid)}-${systemChance.hex(6)}`,
    epochBytes: systemChance.hex(6),
  });
}

/** Where the parent zone sends the world, found by the resolvers that a cutover of the zone names. */
async function delegated(
  config: Config,
  zone: Name,
  signal: AbortSignal,
): Promise<readonly Name[]> {
  const [{ discover }, { networkAsk }, { systemLookups }] = await Promise.all([
    import('../authority/delegation.ts'),
    import('../transport/ask.ts'),
    import('../authority/system.ts'),
  ]);
  const named = config.orders
    .filter(({ domain }) => isWithin(domain, zone))
    .flatMap(({ authority }) => authority.lookups);
  const lookups = named.length > 0 ? named : await systemLookups();
  const of = { domain: zone, authority: { replace: [], add: [] }, ask: networkAsk(), lookups };
  const { parentNameServers } = await discover({ ...of, port: 53 }, signal);
  return parentNameServers.map(host => parseName(host));
}

/** Opens providers by their name in the configuration, each once. */
function providerOpener(config: () => Promise<Config>): (name: string) => Promise<Provider> {
  const open = new Map<string, Promise<Provider>>();
  let accounts: ProviderEnvironment['account'] | null = null;
  const make = async (name: string): Promise<Provider> => {
    const [{ providers }, { readSecret }, { systemClock }, { systemChance }] = await Promise.all([
      import('../../providers/index.ts'),
      import('../config/secret.ts'),
      import('../machine/clock.ts'),
      import('../machine/chance.ts'),
    ]);
    accounts ??= (await import('../../providers/account.ts')).openAccounts(systemClock());
    const { file, providers: configured } = await config();
    const entry = configured[name];
    const adapter = entry === undefined ? undefined : providers[entry.type];
    if (entry === undefined || adapter === undefined)
      throw new Fault('CONFIG', `there is no provider ${name}`, {
        where: file,
        fix: `the cutover was planned with it: put it back under providers: (there are ${Object.keys(configured).join(', ')})`,
      });
    return adapter.open(name, entry.settings, {
      clock: systemClock(),
      chance: systemChance,
      secret: async (path, form) => (await readSecret(path, { decode: form })).secret,
      account: accounts,
      delegation: async (zone, signal) => delegated(await config(), zone, signal),
    });
  };
  return name => {
    const known = open.get(name) ?? make(name);
    open.set(name, known);
    // A failure is not kept: the next one who asks tries again.
    known.catch(() => open.delete(name));
    return known;
  };
}

interface Opened {
  readonly store: Store;
  readonly sweep: Sweep;
}

async function openApp(
  places: Places,
  { store, sweep }: Opened,
  config: () => Promise<Config>,
): Promise<App> {
  const [
    { makeApp },
    { systemClock },
    { systemChance },
    { backupTo },
    { networkAsk },
    { systemLookups },
  ] = await Promise.all([
    import('../app.ts'),
    import('../machine/clock.ts'),
    import('../machine/chance.ts'),
    import('../machine/backup.ts'),
    import('../transport/ask.ts'),
    import('../authority/system.ts'),
  ]);
  return makeApp({
    clock: systemClock(),
    chance: systemChance,
    store,
    provider: providerOpener(config),
    ask: networkAsk(),
    sweep,
    // Lists are read with all that checks schemas, which takes a while to load and most commands never need.
    resolvers: async list => (await import('../config/resolvers.ts')).loadResolvers(list),
    politeness: async () => (await config()).complete.politeness,
    lookups: () => systemLookups(),
    converse: async (approach, abort) =>
      (await import('../smtp/converse.ts')).smtpConverse({ clock: systemClock() })(approach, abort),
    fetchPolicy: async (of, abort) => (await import('../web/policy.ts')).fetchPolicy(of, abort),
    heartbeat: async signal => {
      const { heartbeat } = (await config()).complete;
      if (heartbeat === undefined) return;
      await (await import('../web/heartbeat.ts')).sendHeartbeat(heartbeat.url, signal);
    },
    backup: backupTo([join(places.state, 'snapshots'), ...places.backups]),
    host: hostname(),
  });
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
};

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number without a name.
    return `uid ${String(process.getuid?.() ?? '?')}`;
  }
}

/** The context of one command. Nothing is opened before it is asked for. */
export function openContext(
  terminal: Terminal,
  { input, signal }: { readonly input: Input; readonly signal: AbortSignal },
): Context {
  const places = placesOf(input);
  let opened: Opened | null = null;
  const config = once(async () => {
    const [{ loadConfig }, { catalogue }] = await Promise.all([
      import('../config/config.ts'),
      import('../checks/checks.ts'),
    ]);
    return loadConfig(places.config, Date.now(), { findings: catalogue.map(({ id }) => id) });
  });
  const app = once(async () => {
    const { sweepAsk } = await import('../transport/sweep.ts');
    opened = { store: await openStore(places), sweep: sweepAsk() };
    return openApp(places, opened, config);
  });
  return {
    terminal,
    json: input.options['json'] === true,
    places,
    signal,
    user: userName(),
    config,
    app,
    hasStore: () => existsSync(join(places.state, 'store.sqlite')),
    close: async () => {
      await opened?.sweep.close();
      await opened?.store.close();
    },
  };
}
