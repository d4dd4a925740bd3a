import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Principal } from '../../access/principal.ts';
import { Fault } from '../../errors.ts';
import { type Document } from '../../store/documents.ts';
import { isoOrNull, isoText } from '../../view/words.ts';
import { problemSchema } from '../problems/problem.ts';

const closed = { additionalProperties: false };
const state = Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]);
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);

/** What the store keeps of a request that may be sent twice and is carried out once. */
const operationData = Type.Object(
  {
    /** Of the request: the same key may not stand for another one. */
    fingerprint: Type.String(),
    what: Type.String(),
    by: Type.String(),
    domain: Type.String(),
    cutover: textOrNull,
    /** The line after which its own may stand. */
    since: Type.Integer(),
    /** Who carries it out, and until when others may rely on that. */
    worker: Type.String(),
    until: Type.Integer(),
    state,
    seq: integerOrNull,
    problem: Type.Union([problemSchema, Type.Null()]),
    /** Of one that failed: nothing of it happened, and the same request may carry it out. */
    again: Type.Boolean(),
    request: Type.String(),
    at: Type.Integer(),
    endedAt: integerOrNull,
  },
  closed,
);
export type OperationData = Static<typeof operationData>;

/** An operation as the API gives it. */
export const operationSchema = Type.Object(
  {
    id: Type.String(),
    what: Type.String({ description: 'The type of the action.' }),
    state,
    domain: Type.String(),
    cutover: Type.Union([Type.String(), Type.Null()], {
      description: 'Null while a start has recorded none yet.',
    }),
    seq: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Where the cutover stood when it was done: the entity tag is then "v<seq>".',
    }),
    problem: Type.Union([problemSchema, Type.Null()], { description: 'Why it failed.' }),
    again: Type.Boolean({
      description:
        'Of one that failed: nothing of it happened, and the same request with the same key is carried out when it is sent again.',
    }),
    at: Type.String(),
    endedAt: textOrNull,
  },
  closed,
);
export type Operation = Static<typeof operationSchema>;

export function operationOf(id: string, data: OperationData): Operation {
  const { what, domain, cutover, seq, problem, again } = data;
  return {
    ...{ id, what, state: data.state, domain, cutover, seq, problem, again },
    ...{ at: isoText(data.at), endedAt: isoOrNull(data.endedAt) },
  };
}

/** What is read back may be of another version, or damaged. @throws Fault MALFORMED */
export function dataOf({ id, data }: Document): OperationData {
  if (Value.Check(operationData, data)) return data;
  throw new Fault('MALFORMED', `operation ${id} cannot be read`, {
    where: `operation ${id}`,
    fix: 'see the journal for what was done, and ask again under another key',
  });
}

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A session that is renewed is still the same caller: the token behind it counts. */
export const operationId = ({ token, id }: Principal, key: string): string =>
  digest([token ?? id, key]).slice(0, 32);

/** Keys of objects in one order: the same JSON may be written in several. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Tells two requests apart that came under one key. */
export const fingerprintOf = (parts: readonly unknown[]): string =>
  digest([JSON.stringify(parts, inOrder)]);
