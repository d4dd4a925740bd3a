import { type TSchema } from 'typebox';
import { providers } from '../../providers/index.ts';
import { blockOf, blockText, initBlocks, rfc2136Text } from '../config/init-blocks.ts';
import { listed, nearest } from '../config/nearest.ts';
import { parseServer } from '../config/servers.ts';
import { isAddress } from '../dns/address.ts';
import { parseName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { type Context } from './context.ts';
import { textOption } from './parse.ts';
import { type Input } from './spec.ts';

/** The entry under providers: its name, and its lines. */
export interface ProviderEntry {
  readonly provider: string;
  readonly block: string;
}

/** What was said on the command line, or is asked for on a terminal. */
export async function answer(
  context: Context,
  given: string | null | undefined,
  { flag, question }: { flag: string; question: string },
): Promise<string> {
  const { terminal } = context;
  const text = given ?? (terminal.interactive ? await terminal.question(`${question} `) : '');
  if (text.trim() !== '') return text.trim();
  throw new Fault('USAGE', `${question} Nothing was said`, { where: flag, fix: `add ${flag}` });
}

/** The same for what may be left out. */
export async function answerIfAny(
  context: Context,
  given: string | null | undefined,
  question: string,
): Promise<string> {
  const { terminal } = context;
  return (given ?? (terminal.interactive ? await terminal.question(`${question} `) : '')).trim();
}

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`, `ns1.example.net` or that with a port. */
function serverOf(text: string): { readonly server: string; readonly port: number } {
  const at = parseServer(text);
  if (at !== null) return { server: at.address, port: at.port };
  const [, name = text, port = '53'] = /^([^:]+):([1-9]\d{0,4})$/.exec(text) ?? [];
  const isOne = !isAddress(name) && !/^[\d.:[\]]+$/.test(name) && Number(port) <= 65_535;
  if (isOne && isName(name)) return { server: name, port: Number(port) };
  throw new Fault('USAGE', `${JSON.stringify(text)} is neither an address nor the name of a host`, {
    where: '--server',
    fix: 'write 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353 or ns1.example.net',
  });
}

function isName(text: string): boolean {
  try {
    parseName(text);
    return true;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return false;
    throw error;
  }
}

/** What people call these kinds by; the names of the kinds are those of the products. */
const aliases: Readonly<Record<string, string>> = {
  ...{ aws: 'route53', amazon: 'route53', r53: 'route53' },
  ...{ gcp: 'google', gcloud: 'google', clouddns: 'google', 'google-cloud-dns': 'google' },
  ...{ cf: 'cloudflare' },
  ...{ bind: 'rfc2136', knot: 'rfc2136', nsupdate: 'rfc2136' },
};

/** `--server` alone means a server that takes updates: the only kind that has one. */
async function typeOf(context: Context, input: Input): Promise<string> {
  const types = Object.keys(providers);
  const isSaid =
    textOption(input, 'provider') ?? (input.options['server'] !== undefined ? '' : null);
  const question = `Which kind of provider hosts the zone: ${listed(types, 'or')} (nothing: rfc2136)?`;
  const type = (await answerIfAny(context, isSaid, question)) || 'rfc2136';
  if (Object.hasOwn(providers, type)) return type;
  const meant = aliases[type.toLowerCase()] ?? nearest(type, types);
  throw new Fault('USAGE', `${JSON.stringify(type)} is no kind of provider`, {
    where: '--provider',
    fix: meant === null ? `one of: ${types.join(', ')}` : `did you mean ${meant}?`,
  });
}

/** Every option of `init` that belongs to some kinds only, with these. */
function ownersOf(flag: string): readonly string[] {
  const clouds = Object.entries(initBlocks).filter(([, { settings }]) =>
    settings.some(setting => setting.flag === flag),
  );
  return [...(flag === 'server' ? ['rfc2136'] : []), ...clouds.map(([type]) => type)];
}

const ownFlags = ['server', 'zone', 'project', 'profile', 'token-file'] as const;

/** The parser of the command line knows `--token-file` as tokenFile. */
const optionOf = (flag: string): string =>
  flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function refuseForeign(type: string, input: Input): void {
  for (const flag of ownFlags) {
    const owners = ownersOf(flag);
    if (input.options[optionOf(flag)] === undefined || owners.includes(type)) continue;
    throw new Fault('USAGE', `--${flag} says nothing to a provider of the kind ${type}`, {
      where: `--${flag}`,
      fix: `leave it out, or use --provider ${listed(owners, 'or')}`,
    });
  }
}

/** A value that the schema of its setting would refuse is refused here, with the schema's own words. */
async function checkSetting(flag: string, schema: TSchema | undefined, value: string) {
  const { Value } = await import('typebox/value');
  if (schema === undefined || Value.Check(schema, value)) return;
  const { expected, fix } = schema as TSchema & { expected?: string; fix?: string };
  const wanted = expected === undefined ? '' : `, expected ${expected}`;
  throw new Fault('USAGE', `${JSON.stringify(value)} does not fit${wanted}`, {
    where: `--${flag}`,
    fix: fix ?? 'Look it up in the console of the provider.',
  });
}

/** The entry of the provider that was named, from options and, on a terminal, answers. */
export async function providerEntry(context: Context, input: Input): Promise<ProviderEntry> {
  const type = await typeOf(context, input);
  refuseForeign(type, input);
  if (type === 'rfc2136') {
    const server = await answer(context, textOption(input, 'server'), {
      flag: '--server ADDRESS',
      question: 'Which server takes the updates of its zone?',
    });
    return { provider: 'primary', block: rfc2136Text(serverOf(server)) };
  }
  const schema: { properties?: Record<string, TSchema> } | undefined = providers[type]?.settings;
  const block = initBlocks[type] ?? blockOf(type, schema);
  const given: Record<string, string> = {};
  for (const { key, flag, question } of block.settings) {
    if (flag === undefined) continue;
    const said = textOption(input, optionOf(flag));
    const value =
      question === undefined ? (said ?? '') : await answerIfAny(context, said, question);
    if (value === '') continue;
    await checkSetting(flag, schema?.properties?.[key], value);
    given[key] = value;
  }
  return { provider: type, block: blockText(type, block, given) };
}
