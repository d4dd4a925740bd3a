import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, type Ended, type Event, running, type Running } from './cli.ts';
import { cutoverKey, type ServerKey } from './keys.ts';
import { type At } from './server.ts';

type Json = Readonly<Record<string, unknown>>;

export interface SiteOptions {
  readonly dir: string;
  readonly zone: string;
  /** Where updates are sent; where there is none, `provider` says whom to ask. */
  readonly primary?: At;
  /** The entry `cloud` under `providers:`, instead of one for the primary. */
  readonly provider?: Json;
  /** Who counts as authoritative. */
  readonly servers: readonly At[];
  readonly key?: ServerKey;
  /** Keys of the cutover in the configuration, instead of those below. */
  readonly more?: Json;
  /** Keys below `ttl`, instead of those below. */
  readonly ttl?: Json;
  /** More keys of the configuration itself. */
  readonly root?: Json;
  readonly env?: Readonly<Record<string, string>>;
  /** The command line to run, instead of the bundled one. */
  readonly cli?: string;
  /** Hears how each command ended, and all that it said. */
  readonly hear?: (ended: Ended) => void;
}

/** A person's desk: a configuration, a state directory, and the command line. */
export interface Site {
  readonly dir: string;
  readonly zone: string;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** What a reading command prints with `--json`; an error when it fails. */
  readonly json: <T = Json>(...args: readonly string[]) => Promise<T>;
  /** The hash that `plan` prints. */
  readonly hash: () => Promise<string>;
  /** Starts any command that prints events. */
  readonly go: (...args: readonly string[]) => Running;
  /** Starts or goes on with a cutover; the process prints its events. */
  readonly start: (hash: string, ...more: readonly string[]) => Running;
  readonly journal: () => Promise<readonly Event[]>;
}

export const addrPort = ({ address, port }: At): string => `${address}:${port}`;

export const newMx = '0 mx.newhost.example';

function primaryOf({ primary, key = cutoverKey }: Pick<SiteOptions, 'primary' | 'key'>): Json {
  if (primary === undefined) throw new Error('a site needs a primary, or a provider');
  return {
    ...{ type: 'rfc2136', server: primary.address, port: primary.port },
    key: { name: key.name, algorithm: key.algorithm, secretFile: './tsig.secret' },
  };
}

/** Everything short: a whole cutover takes some seconds. */
const configOf = ({ zone, servers, provider, more, ttl, root, ...options }: SiteOptions): Json => ({
  providers: provider === undefined ? { onprem: primaryOf(options) } : { cloud: provider },
  cutovers: [
    {
      ...{ domain: zone, provider: provider === undefined ? 'onprem' : 'cloud', approval: 'none' },
      records: [{ name: '@', type: 'MX', set: [newMx] }],
      ttl: {
        ...{ low: 2, margin: '1s', lag: '5s', restoreAfter: '2s', history: { longest: 3 } },
        ...ttl,
      },
      watch: { resolvers: 'none', atMost: '5m' },
      rollback: { automatic: 'never', settleAfter: '2s' },
      authority: { replace: servers.map(addrPort) },
      ...more,
    },
  ],
  ...root,
});

export function site(options: SiteOptions): Site {
  const { dir, zone, key = cutoverKey, env, cli: program, hear = () => undefined } = options;
  mkdirSync(dir, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(dir, 'dns-cutover.yaml'), JSON.stringify(configOf(options), null, 2));
  writeFileSync(join(dir, 'tsig.secret'), `${key.secret}\n`);
  chmodSync(join(dir, 'tsig.secret'), 0o600);
  const where = { cwd: dir, ...(env && { env }), ...(program && { cli: program }) };
  const whole = (args: readonly string[]) => [...args, '--state', join(dir, 'state')];
  const run: Site['run'] = async (...args) => {
    const ended = await cli(whole(args), where);
    hear(ended);
    return ended;
  };
  const go: Site['go'] = (...args) => {
    const command = running(whole([...args, '--json']), where);
    void command.ended.then(hear);
    return command;
  };
  const read = async (args: readonly string[]): Promise<string> => {
    const { code, out, err } = await run(...args, '--json');
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${out}${err}`);
    return out;
  };
  const json: Site['json'] = async <T>(...args: readonly string[]) =>
    JSON.parse(await read(args)) as T;
  return {
    ...{ dir, zone, run, json },
    hash: async () => (await json<{ hash: string }>('plan', zone)).hash,
    go,
    start: (hash, ...more) => go('start', zone, '--plan-hash', hash, ...more),
    journal: async () =>
      (await read(['events', zone]))
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Event),
  };
}
