import { Type } from 'typebox';
import { selectorPattern } from '../mail/dkim.ts';
import { heloPattern } from '../mail/helo.ts';
import * as part from './schema-parts.ts';

const { closed } = part;

export const ttl = closed(
  {
    low: part.ttl({ description: 'The TTL while records move. It is never raised.', default: 300 }),
    final: part.ttlOr('snapshot', {
      description: 'The TTL at the end; snapshot is the one from before.',
      default: 'snapshot',
    }),
    restoreAfter: part.duration({
      description: 'How long after the swap the TTL goes up again.',
      default: '24h',
    }),
    margin: part.duration({ description: 'Added to every wait for caches.', default: '5m' }),
    lag: part.duration({
      description: 'The longest an authoritative server may trail when it cannot be watched.',
      default: '15m',
    }),
    history: Type.Optional(
      closed(
        {
          longest: part.ttl({ description: 'The longest TTL that was served lately.' }),
          until: Type.Optional(
            part.moment({ description: 'When it was last served; left out: until the start.' }),
          ),
        },
        {
          description:
            'What was served before this tool looked. Without it a start is blocked until it is ' +
            'given or accepted, because somebody may have lowered the TTL by hand an hour ago.',
        },
      ),
    ),
  },
  { description: 'TTLs and the waits that follow from them.', default: {} },
);

const cron = (description: string) =>
  Type.String({
    pattern: '^[0-9A-Za-z*/,#?+-]+(?: +[0-9A-Za-z*/,#?+-]+){4}$',
    maxLength: 100,
    description: `${description} Five fields: minute, hour, day, month, weekday.`,
    expected: "five fields such as '0 17 * * 5'",
    fix: "Write minute, hour, day, month and weekday, such as '0 17 * * 5' for Fridays at 17:00.",
  });

export const schedule = closed(
  {
    swapFrom: Type.Optional(part.moment({ description: 'No swap before this time.' })),
    swapUntil: Type.Optional(part.moment({ description: 'No swap is sent after this time.' })),
    timeZone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'An IANA time zone, such as Europe/Berlin. Left out: the zone of the machine.',
        expected: 'a time zone such as Europe/Berlin',
      }),
    ),
    freeze: Type.Array(
      closed(
        {
          from: Type.Optional(part.moment({ description: 'The start of the freeze.' })),
          until: Type.Optional(part.moment({ description: 'Its end.' })),
          cron: Type.Optional(cron('Instead: when it starts, again and again.')),
          for: Type.Optional(part.duration({ description: 'And how long it lasts then.' })),
        },
        { description: 'Nothing is written meanwhile but a rollback.' },
      ),
      { maxItems: 100, description: 'Times in which nothing may be written.', default: [] },
    ),
    swapOn: Type.Array(
      closed(
        {
          cron: cron('When a time for swaps begins.'),
          for: part.duration({ description: 'How long it lasts.' }),
        },
        { description: 'Swaps are made in these times only.' },
      ),
      {
        maxItems: 100,
        description: 'The calendar of swaps, such as business hours. Left out: at any time.',
        default: [],
      },
    ),
  },
  { description: 'When the swap may happen. Left out: as soon as its gate is green.', default: {} },
);

const listed = Type.String({ minLength: 1, maxLength: 4096, description: 'A list, or a part.' });

export const watch = closed(
  {
    resolvers: Type.Union([listed, Type.Array(listed, { minItems: 1, maxItems: 20 })], {
      description: 'Resolvers to watch: default, core, none, a file, or a list of those.',
      default: 'default',
      expected: 'default, core, none, the path of a file, or a list of those',
      fix: 'Write a word or a path, or several in brackets: [core, ./mine.json].',
    }),
    except: Type.Array(listed, {
      ...{ maxItems: 1000, default: [] },
      description: 'Resolvers not to ask: ids of the list, or files of resolvers.',
      expected: 'a list of ids, or of files of resolvers',
      fix: 'Write ids in brackets, such as [quad9]; `dns-cutover resolvers list` shows them.',
    }),
    target: Type.Number({
      exclusiveMinimum: 0,
      maximum: 100,
      description: 'The share of resolvers, in per cent, at which the swap counts as spread.',
      default: 95,
      expected: 'a percentage above 0 and up to 100',
    }),
    atMost: part.duration({ description: 'The longest wait for the target.', default: '24h' }),
    canary: Type.Boolean({
      description:
        'Whether to measure resolvers, while the old TTL drains, with a TXT under _dns-cutover that comes and goes.',
      default: false,
    }),
  },
  { description: 'How the spread of the new records is watched.', default: {} },
);

const smtp = closed(
  {
    recipients: Type.Array(part.mailAddress({ description: 'One of them.' }), {
      ...{ maxItems: 20, default: [] },
      description: 'Addresses that the new hosts must accept.',
    }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'The port.', default: 25 }),
    allowPrivate: Type.Boolean({
      description: 'Whether hosts with private addresses may be asked.',
      default: false,
    }),
    every: part.duration({ description: 'How often, after the swap.', default: '1m' }),
    witnesses: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      maxItems: 10,
      description: 'Other mail hosts that prove this machine can judge.',
      default: [],
    }),
    helo: Type.Optional(
      Type.String({
        ...{ pattern: heloPattern, maxLength: 253 },
        description:
          'The name that this machine gives of itself (EHLO); its address and this name should lead to each other in DNS. ' +
          'Left out: the name of the machine where it is a whole one, else its address.',
        expected: 'a whole host name, such as probe.example.org',
        fix: 'Write the name that the reverse lookup of the public address gives, without a final dot.',
      }),
    ),
    policyPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description:
          'The port of MTA-STS policy hosts, for closed networks and tests. Left out: 443, as everybody asks.',
      }),
    ),
  },
  { description: 'How the new mail hosts are asked.' },
);

const selectors = (description: string) =>
  Type.Array(
    Type.String({
      pattern: selectorPattern,
      expected: 'a selector, such as s1',
      fix: 'Write only what stands in front of ._domainkey.',
    }),
    { maxItems: 20, description, default: [] },
  );

export const checks = closed(
  {
    smtp: Type.Optional(
      Type.Union([Type.Literal('off'), smtp], {
        description:
          'How the mail hosts are asked, or off. Left out: with these defaults, unless authority.replace names the servers of a closed network.',
        expected: 'a map with recipients, port and so on, or off',
        fix: 'Write smtp: { recipients: [postmaster@example.org] }, or smtp: off.',
      }),
    ),
    dkim: Type.Optional(
      closed(
        { old: selectors('Those of the old side.'), new: selectors('Those of the new side.') },
        { description: 'DKIM selectors that neither the records nor a known provider tell of.' },
      ),
    ),
    accept: Type.Array(
      closed(
        {
          id: Type.String({
            pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$',
            maxLength: 80,
            description: 'The id of the finding.',
            expected: 'the id of a finding, such as ttl-history-unknown',
          }),
          subject: Type.Optional(
            Type.String({ minLength: 1, maxLength: 300, description: 'Only this subject.' }),
          ),
          reason: part.sentence({
            description: 'Why.',
            fix: 'Say why: whoever reads the report wants to know.',
          }),
        },
        { description: 'Somebody takes responsibility for a finding.' },
      ),
      { maxItems: 100, description: 'Findings that shall not stop a gate.', default: [] },
    ),
    severity: Type.Record(
      Type.String(),
      part.oneOf(['blocker', 'warning', 'info'], {
        description: 'How grave it is when this check fails.',
        expected: 'blocker, warning or info',
      }),
      {
        description: 'Other severities than those of `dns-cutover help checks`, by id.',
        default: {},
        maxProperties: 200,
        expected: 'a map from ids of checks to blocker, warning or info',
      },
    ),
  },
  { description: 'What is checked, and what is accepted.', default: {} },
);

const serverList = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    maxItems: 50,
    description,
    default: [],
  });

export const authority = closed(
  {
    replace: serverList('Asked instead of the delegated name servers.'),
    add: serverList('Asked besides the delegated name servers.'),
    lookups: Type.Union(
      [
        Type.Literal('system'),
        Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 20 }),
      ],
      {
        description: 'Resolvers that other names are looked up with: system, or addresses.',
        default: 'system',
        expected: 'system, or a list of addresses',
      },
    ),
    trustAnchors: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
      maxItems: 20,
      description:
        'DS records that signed zones are validated from instead of the root, in closed networks: ' +
        'example.org. DS 12345 13 2 4f6a…',
      default: [],
    }),
  },
  { description: 'Which servers count as authoritative.', default: {} },
);
