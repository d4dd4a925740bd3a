import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { shapes } from '../notify/notifier.ts';
import * as part from './schema-parts.ts';
import { authority, checks, schedule, ttl, watch } from './schema-policy.ts';
import { type recordSchema, records, steps } from './schema-records.ts';
import { to } from './schema-to.ts';
import { coexistence, sameBackend, strategy } from './schema-strategy.ts';
import { waves } from './schema-waves.ts';

/*
 * The configuration file. Everything with a `default` may be left out: it is filled in before the
 * document is held against the schema, so the types here are those of a complete document.
 */

const { closed } = part;

const cutoverSchema = closed(
  {
    domain: Type.String({
      minLength: 1,
      maxLength: 1100,
      description: 'The domain whose mail moves.',
      expected: 'a domain name',
    }),
    provider: Type.String({
      minLength: 1,
      maxLength: 63,
      description: 'The entry under providers that hosts the zone.',
      expected: 'the name of an entry under providers',
    }),
    records: Type.Optional(records('What the swap writes.', 1)),
    steps: Type.Optional(steps),
    to: Type.Optional(to),
    strategy,
    sameBackend,
    coexistence: Type.Optional(coexistence),
    prepare: records('Written before the swap, in this order.', 0),
    afterwards: closed(
      {
        after: part.duration({ description: 'How long after the swap.', default: '7d' }),
        records: records('Written that long after the swap.', 0),
      },
      { description: 'Records that follow the swap at their own time.', default: {} },
    ),
    ttl,
    schedule,
    approval: part.oneOf(['required', 'none'], {
      description: 'Whether a person approves each swap.',
      default: 'required',
    }),
    attest: Type.Array(
      part.sentence({ description: 'One sentence.', fix: 'Write what the person confirms.' }),
      { maxItems: 50, description: 'Sentences that a person ticks at the gate.', default: [] },
    ),
    watch,
    checks,
    rollback: closed(
      {
        automatic: part.durationOr('never', {
          description: 'How long after the swap it may be undone without a person, or never.',
          default: '2h',
        }),
        settleAfter: part.duration({
          description: 'How long after a rollback the zone goes back to the exact snapshot.',
          default: '24h',
        }),
      },
      { description: 'How a swap is undone.', default: {} },
    ),
    retire: closed(
      {
        after: part.duration({ description: 'How long after the swap.', default: '72h' }),
        old: part.oneOf(['refuses', 'forwards', 'stays'], {
          description: 'What the old host does with mail from then on.',
          default: 'refuses',
        }),
        contact: Type.Optional(
          part.sentence({
            description: 'Who can act on the old host: a name and a number. For people to read.',
          }),
        ),
        former: Type.Optional(
          Type.Array(part.mailAddress({ description: 'One that lived on the old host.' }), {
            ...{ minItems: 1, maxItems: 7 },
            description:
              'Addresses that the old host must refuse as well. Left out: those of checks.smtp.',
            expected: 'a list of mail addresses that lived on the old host',
          }),
        ),
        forwards: Type.Optional(
          closed(
            { recipient: part.mailAddress({ description: 'The test recipient.' }) },
            {
              description:
                'Whom the old host must take mail for, and the new one, where the old one forwards.',
            },
          ),
        ),
      },
      { description: 'How the old host ends.', default: {} },
    ),
    authority,
    claim: part.oneOf(['on', 'off'], {
      description: 'Whether a TXT record keeps a second controller away.',
      default: 'on',
      fix: 'Write on or off.',
    }),
  },
  { description: 'One domain and its move.' },
);

export const configSchema = closed(
  {
    providers: Type.Record(
      Type.String(),
      Type.Object({ type: Type.String({ minLength: 1, maxLength: 100 }) }),
      { description: 'Where zones are hosted, each under a name of its own.', maxProperties: 1000 },
    ),
    cutovers: Type.Array(cutoverSchema, {
      maxItems: limits.cutoversPerConfig,
      description: 'The moves. A list, because domains are many.',
      expected: `a list of at most ${limits.cutoversPerConfig} cutovers`,
    }),
    waves: Type.Optional(waves),
    webhooks: Type.Array(
      closed(
        {
          url: part.webUrl({ description: 'Where events are sent.' }),
          secretFile: Type.Optional(
            part.filePath({
              description: 'The file with the secret that signs them. Chat tools verify none.',
            }),
          ),
          shape: part.oneOf(shapes, {
            description: 'An event as it is, or what a chat tool takes.',
            default: 'event',
          }),
          types: Type.Optional(
            Type.Array(part.sentence({ description: 'A type of event, such as held.' }), {
              ...{ minItems: 1, maxItems: limits.webhookNames },
              description: 'What is sent. Left out: what a person wants to know.',
            }),
          ),
          cutovers: Type.Optional(
            Type.Array(part.sentence({ description: 'A domain under cutovers.' }), {
              ...{ minItems: 1, maxItems: limits.webhookNames },
              description: 'Whose events are sent. Left out: those of all.',
            }),
          ),
          allowPrivate: Type.Boolean({
            description:
              'Whether it may be in a network of your own, at any port, or on this machine.',
            default: false,
          }),
        },
        { description: 'One receiver of events.' },
      ),
      { maxItems: 50, description: 'Who is told about events.', default: [] },
    ),
    politeness: closed(
      {
        total: Type.Number({
          exclusiveMinimum: 0,
          maximum: 1000,
          default: 20,
          description: 'In all.',
        }),
        operator: Type.Number({
          exclusiveMinimum: 0,
          maximum: 100,
          default: 1,
          description: 'To the resolvers of one operator.',
        }),
      },
      { description: 'Questions a second, sustained.', default: {} },
    ),
    heartbeat: Type.Optional(
      closed(
        { url: part.webUrl({ description: 'Called each minute while a controller watches.' }) },
        { description: 'Silence there means that nobody is watching.' },
      ),
    ),
  },
  { description: 'The configuration of dns-cutover.' },
);

export type ConfigFile = Static<typeof configSchema>;
export type CutoverEntry = Static<typeof cutoverSchema>;
export type RecordEntry = Static<typeof recordSchema>;
