import { Counter, Histogram, type Registry } from 'prom-client';
import { type Environment } from '../../controller/environment.ts';
import { toFault, type Code } from '../../errors.ts';
import { type Provider } from '../../provider.ts';
import { type Ask } from '../../transport/transport.ts';

/** By RCODE (RFC 1035 4.1.1); the others are too rare for a series of their own. */
const outcomes = ['noerror', 'formerr', 'servfail', 'nxdomain', 'notimp', 'refused'] as const;

/** After these nothing was changed; after anything else nobody knows, and it is read to find out. */
const certain: readonly Code[] = [
  ...(['CONFLICT', 'UNAUTHORIZED', 'UNSUPPORTED', 'NOT_FOUND', 'RATE_LIMITED'] as const),
];

function queryCounter(registry: Registry): (ask: Ask) => Ask {
  const registers = [registry];
  const total = new Counter({
    ...{ registers, name: 'dns_cutover_queries_total' },
    help: 'Questions to name servers and resolvers, by transport and RCODE; silent: no answer.',
    labelNames: ['transport', 'outcome'],
  });
  const seconds = new Histogram({
    ...{ registers, name: 'dns_cutover_query_duration_seconds' },
    help: 'Round trips of questions that were answered.',
    labelNames: ['transport'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3],
  });
  return ask => async (question, at, signal) => {
    try {
      const reply = await ask(question, at, signal);
      const { transport, rttMs, message } = reply;
      total.inc({ transport, outcome: outcomes[message.rcode] ?? 'other' });
      seconds.observe({ transport }, rttMs / 1000);
      return reply;
    } catch (error) {
      // Who was stopped heard nothing because nobody listened any more.
      if (toFault(error).code !== 'ABORTED')
        total.inc({ transport: at.over?.transport ?? 'udp', outcome: 'silent' });
      throw error;
    }
  };
}

function providerCounter(registry: Registry): (provider: Provider) => Provider {
  const registers = [registry];
  const requests = new Counter({
    ...{ registers, name: 'dns_cutover_provider_requests_total' },
    help: 'Calls of providers, by their name in the configuration and how they ended.',
    labelNames: ['provider', 'op', 'outcome'],
  });
  const ambiguous = new Counter({
    ...{ registers, name: 'dns_cutover_write_ambiguous_total' },
    help: 'Writes of which nobody knew whether they took effect, until they were read back.',
  });
  return inner => {
    const { name } = inner;
    const counted =
      <Given extends readonly unknown[], Result>(
        op: string,
        call: (...given: Given) => Promise<Result>,
      ): ((...given: Given) => Promise<Result>) =>
      async (...given) => {
        try {
          const result = await call(...given);
          requests.inc({ provider: name, op, outcome: 'ok' });
          return result;
        } catch (error) {
          const { code } = toFault(error);
          const outcome = code.toLowerCase().replaceAll('_', '-');
          requests.inc({ provider: name, op, outcome });
          if (op === 'write' && !certain.includes(code)) ambiguous.inc();
          throw error;
        }
      };
    const skew = inner.skew?.bind(inner);
    const mxSets = inner.mxSets?.bind(inner);
    const zones = inner.zones?.bind(inner);
    const hosting = inner.hosting?.bind(inner);
    return {
      ...{ name, capabilities: inner.capabilities },
      zone: counted('zone', (...given) => inner.zone(...given)),
      read: counted('read', (...given) => inner.read(...given)),
      write: counted('write', (...given) => inner.write(...given)),
      synced: counted('synced', (...given) => inner.synced(...given)),
      writable: counted('writable', (...given) => inner.writable(...given)),
      // What a provider does not have must go on to be absent.
      ...(skew && { skew }),
      ...(mxSets && { mxSets: counted('mx-sets', mxSets) }),
      ...(zones && { zones: counted('zones', zones) }),
      ...(hosting && { hosting: counted('hosting', hosting) }),
    };
  };
}

/** The same environment, whose questions and providers are counted. */
export function countedBy(registry: Registry): (environment: Environment) => Environment {
  const [asked, provided] = [queryCounter(registry), providerCounter(registry)];
  return environment => {
    const opened = new Map<Provider, Provider>();
    const { sweep } = environment;
    return {
      ...environment,
      ask: asked(environment.ask),
      sweep: {
        ask: asked(sweep.ask),
        renew: connection => {
          sweep.renew(connection);
        },
      },
      provider: async name => {
        const inner = await environment.provider(name);
        const known = opened.get(inner) ?? provided(inner);
        opened.set(inner, known);
        return known;
      },
    };
  };
}
