import { Type } from 'typebox';
import { nullable, open } from './common.ts';

/*
 * The parts of a status that programs decide by, as far as they are promised. Words that may get company are
 * strings here, whose description names those that there are: a client must not break on another one.
 */

const text = Type.String();
const texts = Type.Array(text);
const time = (description: string) => Type.String({ description });
const timeOrNull = (description: string) => nullable(Type.String(), { description });
const share = (description: string) => nullable(Type.Number(), { description });

export const pausedSchema = nullable(
  Type.Object({ since: time('ISO 8601 in UTC.'), reason: nullable(text) }, open),
  { description: 'Null, or since when and why somebody paused it.' },
);

const wayOut = Type.Object(
  {
    act: Type.String({ description: 'What a person may do, such as `approve` or `rollback`.' }),
    command: nullable(text, { description: 'To be pasted; null: nothing has to be typed.' }),
    does: text,
  },
  open,
);

export const holdSchema = nullable(
  Type.Object(
    {
      why: Type.String({ description: 'The kind of hold, which never changes its name.' }),
      since: time('Since when.'),
      sentence: text,
      seen: Type.Array(text, { description: 'What led to it.' }),
      waysOut: Type.Array(wayOut),
    },
    open,
  ),
  { description: 'Null, or what a person must decide: why, what was seen, the ways out.' },
);

const term = Type.Object({ why: text, until: text, leftSeconds: Type.Integer() }, open);

export const drainSchema = nullable(
  Type.Object(
    {
      since: time('Since when the low TTL was served without a break.'),
      until: time('When the last honest cache has forgotten the old TTL.'),
      leftSeconds: Type.Integer(),
      proven: Type.Boolean(),
      terms: Type.Array(term, { description: 'What it is made of.' }),
    },
    open,
  ),
  { description: 'The proof that no honest cache can hold the old TTL any more; null before.' },
);

const standing = Type.Object(
  {
    server: text,
    is: Type.String({
      description: 'there, behind, other, unsigned, bogus, silent or lacking (not to be reached).',
    }),
    detail: text,
  },
  open,
);

const resolvers = Type.Object(
  {
    share: share('0 to 1 of those that can tell, by weight; null: nobody can.'),
    ableToTell: share('0 to 1 of those that were asked, by weight.'),
    target: Type.Number({ description: 'The share in per cent that the plan waits for.' }),
    counts: Type.Record(text, Type.Integer(), {
      description: 'By verdict: new, old, mixed, other, empty, refused, silent.',
    }),
    total: Type.Integer(),
    unasked: Type.Integer(),
    turnBy: timeOrNull('When the last of those that lag has its turn, about.'),
    asOf: timeOrNull('When one was last heard, or given up.'),
  },
  { ...open, description: 'Those that lag: `/stragglers` has all of them.' },
);

export const propagationPart = nullable(
  Type.Object(
    {
      there: Type.Integer({ description: 'Authoritative addresses that serve what was written.' }),
      total: Type.Integer(),
      since: time('Since when they stand so.'),
      servers: Type.Array(standing),
      resolvers: nullable(resolvers),
    },
    open,
  ),
  { description: 'What authoritative servers and resolvers say; null before.' },
);

export const forecastSchema = nullable(Type.Object({ until: text, what: text }, open), {
  description: 'When the stage is expected to end; null: nobody can say.',
});

export const stagesSchema = Type.Array(Type.Object({ stage: text, state: text }, open), {
  description: 'Each stage, and whether it is done, current, waiting or stopped.',
});

export const stepsSchema = Type.Array(
  Type.Object(
    { name: text, state: text, swappedAt: timeOrNull('Null: it was not, or no more.') },
    open,
  ),
  { description: 'Each step: swapped, current, waiting or rolled back.' },
);

const bar = Type.Object(
  {
    by: Type.String({
      description: 'findings, drain, prepared, window, freeze, attestation, approval.',
    }),
    what: text,
    until: timeOrNull('When it opens by itself; null: it does not.'),
  },
  open,
);

const finding = Type.Object(
  {
    id: Type.String({ description: 'Stable; `help checks` lists them.' }),
    severity: text,
    status: Type.String({ description: 'pass, fail, warn, could-not-test or skipped.' }),
    subject: text,
    summary: text,
    observed: text,
    expected: text,
    consequence: Type.Optional(text),
    remedy: Type.Optional(text),
    refs: texts,
  },
  open,
);

export const gateSchema = nullable(
  Type.Object({ bars: Type.Array(bar), findings: Type.Array(finding) }, open),
  { description: 'What keeps the gate shut, and the findings; null elsewhere.' },
);

export const approvalSchema = Type.Object(
  {
    required: Type.Boolean(),
    stands: Type.Boolean(),
    at: nullable(text),
    attestations: Type.Array(Type.Object({ sentence: text, ticked: Type.Boolean() }, open)),
  },
  { ...open, description: 'Whether an approval is asked for, and stands; its attestations.' },
);

export const rollbackSchema = nullable(
  Type.Object(
    {
      to: text,
      target: Type.String({ description: 'The position that it goes back to.' }),
      phase: text,
      askedAt: time('ISO 8601 in UTC.'),
      deliveredAt: timeOrNull('When the servers had it; null: not yet.'),
      left: Type.Array(text, { description: 'RRsets of others, which were not overwritten.' }),
    },
    open,
  ),
  { description: 'Null, or how far the rollback is.' },
);

const value = nullable(Type.Object({ ttl: Type.Integer(), rdata: texts }, open));

const write = Type.Object(
  { key: text, kind: text, at: text, before: value, after: value, lost: texts },
  open,
);

export const offersSchema = Type.Array(
  Type.Object(
    {
      act: Type.String({ description: 'The `type` of an action that would be taken now.' }),
      which: nullable(text, { description: 'Which one, where an act comes in several.' }),
      does: text,
      writes: Type.Array(write, { description: 'What the zone gets from it, in order.' }),
    },
    open,
  ),
  { description: 'What somebody may do now; empty once it has ended.' },
);

export const troubleSchema = Type.Array(
  Type.Object({ effect: text, code: text, message: text, since: text }, open),
  { description: 'What fails now.' },
);
