import { type Instant } from '../clock.ts';
import { type Order } from '../cutover/order.ts';
import { type Waves } from '../cutover/wave.ts';
import { displayName, type Name, parseName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { providers as builtIn } from '../../providers/index.ts';
import { needsCron } from './calendar.ts';
import { type Document, readDocument } from './document.ts';
import { readOrders, type ReadOrder } from './meaning.ts';
import { listed, nearest } from './nearest.ts';
import { problemsFault, show } from './problem.ts';
import { type Adapters, type ProviderOrder, readProviders } from './providers.ts';
import { type Reading, type Warning } from './reading.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { readSource } from './source.ts';
import { timeZone } from './time-zone.ts';
import { checkWebhooks } from './webhooks.ts';
import { readWaves, sharing } from './waves.ts';
import { completed, loadValidator, type Misfit, type Validator, valueAt } from './validate.ts';
import { isObject } from '../object.ts';

/** A configuration file, read and understood. */
export interface Config {
  readonly file: string;
  readonly providers: Readonly<Record<string, ProviderOrder>>;
  readonly orders: readonly Order[];
  /** How its domains follow each other; null where the file does not say. */
  readonly waves: Waves | null;
  readonly warnings: readonly Warning[];
  /** The values with their places, for `config show`. */
  readonly document: Document;
  /** The whole file with every default in its place. */
  readonly complete: ConfigFile;
  /** The order of a domain. @throws Fault USAGE naming the domains there are */
  readonly find: (domain: string) => Order;
  /**
   * For a start, of one domain or of all: throws where the window is over or too near. What was
   * started before goes on without this, or its own window would end it. @throws Fault CONFIG
   */
  readonly refuseOverdue: (domain?: string) => void;
}

export interface LoadOptions {
  /** Kinds of providers; those of `providers/index.ts` unless a test brings its own. */
  readonly adapters?: Adapters;
  /** Ids of findings that exist; others under `checks.accept` get a warning. */
  readonly findings?: readonly string[];
}

/**
 * Reads the configuration file and everything it means; secrets are not read.
 * @throws Fault CONFIG with all problems of the file, `details.problems` for programs
 */
export async function loadConfig(
  file: string,
  now: Instant,
  { adapters = builtIn, findings = [] }: LoadOptions = {},
): Promise<Config> {
  const document = readDocument(file, await readSource(file));
  refuseTooMany(document);
  const validator = await loadValidator();
  const complete = completed(configSchema, document.value);
  const misfits = validator.check({ document, at: [], schema: configSchema }, complete);
  const reading: Reading = {
    document,
    now,
    systemTimeZone: systemZone(),
    zones: new Map(),
    cron: needsCron(complete) ? (await import('croner')).Cron : null,
    recurring: new Map(),
    problems: [...document.problems, ...misfits.map(({ problem }) => problem)],
    warnings: [],
  };
  const { providers, read, waves } = understand(reading, {
    complete,
    misfits,
    validator,
    adapters,
    findings,
  });
  const whole = complete as ConfigFile;
  const fits = !misfits.some(({ path }) => path.length === 0 || path[0] === 'webhooks');
  if (fits && Array.isArray(valueAt(complete, ['webhooks'])))
    checkWebhooks(
      reading,
      whole,
      read.map(({ order }) => displayName(order.domain)),
    );
  if (reading.problems.length > 0) throw problemsFault(file, reading.problems);
  return {
    file,
    providers,
    orders: read.map(({ order }) => order),
    waves,
    warnings: reading.warnings,
    document,
    complete: whole,
    find: domain => findOrder({ file, read }, domain).order,
    refuseOverdue: domain => {
      const asked = domain === undefined ? read : [findOrder({ file, read }, domain)];
      const overdue = asked.flatMap(order => order.overdue);
      if (overdue.length > 0) throw problemsFault(file, overdue);
    },
  };
}

interface Understanding {
  readonly complete: unknown;
  readonly misfits: readonly Misfit[];
  readonly validator: Validator;
  readonly adapters: Adapters;
  readonly findings: readonly string[];
}

/** Reads what the schema let pass, so that one run shows the mistakes of both kinds. */
function understand(
  reading: Reading,
  { complete, misfits, validator, adapters, findings }: Understanding,
): { providers: Config['providers']; read: readonly ReadOrder[]; waves: Waves | null } {
  const providers = readProviders(reading, { validator, adapters });
  const cutovers = valueAt(complete, ['cutovers']);
  if (!Array.isArray(cutovers)) return { providers, read: [], waves: null };
  const broken = new Set<number>();
  for (const { path } of misfits)
    if (path[0] === 'cutovers' && typeof path[1] === 'number') broken.add(path[1]);
  if (misfits.some(({ path }) => path[0] === 'cutovers' && path.length < 2))
    return { providers, read: [], waves: null };
  const written = valueAt(reading.document.value, ['providers']);
  const read = readOrders(reading, {
    // Every cutover that is read fits its schema; the rest of the file is not looked at.
    file: complete as ConfigFile,
    broken,
    providerNames: isObject(written) ? Object.keys(written) : [],
    findings,
  });
  if (misfits.some(({ path }) => path[0] === 'waves')) return { providers, read, waves: null };
  const file = complete as ConfigFile;
  const waves = readWaves(
    reading,
    file,
    read.map(({ order }) => order),
  );
  if (file.waves?.sharedOldHost !== true) return { providers, read, waves };
  return { providers, read: sharing(read), waves };
}

/** Before the schema, because that takes a while for each. */
function refuseTooMany(document: Document): void {
  const cutovers = valueAt(document.value, ['cutovers']);
  if (!Array.isArray(cutovers) || cutovers.length <= limits.cutoversPerConfig) return;
  throw problemsFault(document.file, [
    {
      where: document.where(['cutovers', limits.cutoversPerConfig]),
      found: `${cutovers.length} cutovers`,
      expected: `at most ${limits.cutoversPerConfig}`,
      fix: 'Split the list into several files; each run names one with --config.',
    },
  ]);
}

function systemZone(): Reading['systemTimeZone'] {
  const zone = timeZone(Intl.DateTimeFormat().resolvedOptions().timeZone) ?? timeZone('UTC');
  if (zone === null) throw new Fault('BUG', 'this machine knows no time zones');
  return zone;
}

function findOrder(
  { file, read }: { readonly file: string; readonly read: readonly ReadOrder[] },
  domain: string,
): ReadOrder {
  const name = nameOrNull(domain);
  const found = read.find(({ order }) => order.domain === name);
  if (found !== undefined) return found;
  const domains = read.map(({ order }) => displayName(order.domain));
  const meant = nearest(domain, domains);
  throw new Fault('USAGE', `${show(domain)} is no domain of ${file}`, {
    where: file,
    fix:
      meant !== null
        ? `Did you mean ${meant}?`
        : domains.length === 0
          ? 'Add a cutover to the file.'
          : `Name one of its domains: ${listed(domains, 'or')}.`,
  });
}

function nameOrNull(text: string): Name | null {
  try {
    return parseName(text);
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return null;
    throw error;
  }
}
