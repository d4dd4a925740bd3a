import { type Static, type TSchema, Type } from 'typebox';
import { closed, type Notes, sentence } from './schema-parts.ts';

const RESOLVERS_MAX = 10_000;

export const exampleList = '[{ "id": "corp", "addresses": ["192.0.2.53"] }]';

/** What may be left out, or be unknown. */
const known = <Schema extends TSchema>(schema: Schema, notes: Notes) =>
  Type.Union([schema, Type.Null()], { default: null, ...notes });

const link = (description: string) =>
  known(Type.String({ pattern: '^https://[^\\s/?#@]+(?:[/?#]\\S*)?$', maxLength: 2000 }), {
    description,
    expected: 'a URL that starts with https://',
    fix: 'Write the whole URL, or leave it out.',
  });

const degrees = (bound: number, description: string) =>
  known(Type.Number({ minimum: -bound, maximum: bound }), {
    description,
    expected: `degrees from -${bound} to ${bound}`,
    fix: 'Write decimal degrees, north and east positive, or leave both coordinates out.',
  });

const seconds = (description: string) =>
  known(Type.Integer({ minimum: 1 }), { description, expected: 'whole seconds' });

const cacheTimes = closed(
  {
    longest: seconds('Longer TTLs are cut to it.'),
    shortest: seconds('Shorter TTLs are raised to it.'),
    source: known(sentence({ description: 'Text.' }), {
      description: 'Where this is known from.',
      expected: 'a sentence',
    }),
  },
  { description: 'Habits with TTLs, where they are known.', default: {} },
);

const transport = Type.Union(
  [Type.Literal('udp'), Type.Literal('tcp'), Type.Literal('tls'), Type.Literal('https')],
  { description: 'A transport.' },
);
const place = Type.Union([
  Type.Literal('city'),
  Type.Literal('headquarters'),
  Type.Literal('country'),
]);
const filter = Type.Union([
  Type.Literal('none'),
  Type.Literal('malware'),
  Type.Literal('family'),
  Type.Literal('ads'),
]);

/** One resolver. Only id and addresses are required; null is "not known". */
const resolverSchema = closed(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'The short name in tables and flags.',
      expected: 'a short name of letters, digits, dots, underscores and hyphens',
      fix: 'Write a name such as corp-berlin.',
    }),
    name: Type.Optional(sentence({ description: 'The name that people know.' })),
    operator: Type.Optional(
      sentence({ description: 'Who runs it; by default a party of its own.' }),
    ),
    addresses: Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 45,
        expected: 'an IPv4 or IPv6 address',
        fix: 'Write the address itself, without a port.',
      }),
      {
        minItems: 1,
        maxItems: 16,
        description: 'Its IP addresses.',
        expected: 'a list of 1 to 16 addresses',
        fix: 'Put them in brackets, a single one too: ["192.0.2.53"].',
      },
    ),
    port: Type.Integer({
      ...{ minimum: 1, maximum: 65_535, default: 53 },
      description: 'The port for UDP and TCP.',
      fix: 'Write the number without quotes, or leave it out: 53.',
    }),
    transports: Type.Array(transport, {
      ...{ minItems: 1, maxItems: 4, default: ['udp', 'tcp'] },
      description: 'How it can be asked, in the order in which it is to be.',
      expected: 'a list of udp, tcp, tls and https',
      fix: 'Put them in brackets, such as ["udp", "tcp"], or leave them out.',
    }),
    dotHost: known(
      Type.String({
        pattern: '^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]+)$',
        maxLength: 253,
      }),
      {
        description: 'The name in its certificate for DNS over TLS.',
        expected: 'a host name',
        fix: 'Write the name alone, such as dns.example; a port of its own is dotPort.',
      },
    ),
    dotPort: known(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      description: 'The port for DNS over TLS, where it is not 853.',
      expected: 'a port from 1 to 65535',
    }),
    dohTemplate: link('The URI template of DNS over HTTPS (RFC 8484).'),
    country: known(Type.String({ pattern: '^[A-Z]{2}$' }), {
      description: 'Where it stands or its operator sits.',
      expected: 'a country code of two capital letters (ISO 3166), such as DE',
      fix: 'Write the code, or leave it out.',
    }),
    city: known(Type.String({ minLength: 1, maxLength: 100 }), {
      description: 'The city.',
      expected: 'a name',
    }),
    latitude: degrees(90, 'Degrees north.'),
    longitude: degrees(180, 'Degrees east.'),
    place: known(place, {
      description: 'What the coordinates are of; an anycast service stands everywhere.',
      expected: 'city, headquarters or country',
    }),
    anycast: known(Type.Boolean(), {
      description: 'Whether many machines answer at one address.',
      expected: 'true or false',
      fix: 'Write true or false without quotes, or leave it out if nobody knows.',
    }),
    filtering: known(filter, {
      description: 'What it refuses to resolve.',
      expected: 'none, malware, family or ads',
    }),
    validating: known(Type.Boolean(), {
      description: 'Whether it validates DNSSEC.',
      expected: 'true or false',
      fix: 'Write true or false without quotes, or leave it out if nobody knows.',
    }),
    tier: Type.Union([Type.Literal('core'), Type.Literal('regional')], {
      ...{ description: 'How often it may be asked.', default: 'core' },
      fix: 'Write core for up to one question a second, regional for one a minute.',
    }),
    weight: Type.Number({
      ...{ exclusiveMinimum: 0, maximum: 1000, default: 1 },
      description: 'How much it counts in the shares.',
      expected: 'a number above 0 and up to 1000',
      fix: 'Write a number without quotes, or leave it out: 1.',
    }),
    weightSource: known(sentence({ description: 'Text.' }), {
      description: 'Where the weight is known from; most are estimates.',
      expected: 'a sentence',
    }),
    ttl: cacheTimes,
    flushUrl: link('A page where a person can ask it to forget a name.'),
    note: known(sentence({ description: 'Text.' }), {
      description: 'Anything else worth knowing.',
      expected: 'a sentence',
    }),
    sources: Type.Array(sentence({ description: 'A source.' }), {
      ...{ maxItems: 20, default: [] },
      description: 'Where these facts come from.',
    }),
    lastVerified: known(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), {
      description: 'When its addresses were last seen to answer.',
      expected: 'a date such as 2026-08-08',
    }),
  },
  { description: 'A resolver.' },
);

export const resolversSchema = Type.Array(resolverSchema, {
  ...{ minItems: 1, maxItems: RESOLVERS_MAX },
  description: 'Resolvers.',
  expected: `a list of 1 to ${RESOLVERS_MAX.toLocaleString('en')} resolvers, each with id and addresses`,
  fix: `Write a list such as ${exampleList}; a longer one is split into several files.`,
});

export type ResolverSpec = Static<typeof resolverSchema>;
