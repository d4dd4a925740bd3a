import { type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Act, unconditional } from '../../cutover/event.ts';
import { Fault } from '../../errors.ts';
import { problemFault } from '../problems/problem.ts';

/** The entity tag of a cutover: its sequence number in the journal. */
export const etagOf = (seq: number): string => `"v${String(seq)}"`;

const keyShape = /^[!-~]{1,255}$/;

/** A header that came once; undefined where it did not come. */
const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

export const keyHeader = Type.String({
  minLength: 1,
  maxLength: 255,
  description:
    'Names this request: sent again with the same key and body it is carried out once, and answered as before.',
});

export const matchHeader = Type.String({
  minLength: 1,
  maxLength: 255,
  description: '`"v<seq>"` that was looked at; pause, rollback and observe also take `*`.',
});

/** Before the schemas are looked at, so that what is missing has its own status (RFC 6585 3). */
export const requireKey = async (request: FastifyRequest): Promise<void> => {
  const key = headerOf(request, 'idempotency-key');
  if (key === undefined)
    throw problemFault('idempotency-key-required', 'the header Idempotency-Key is missing', {
      fix: 'Send one that is new for each new request, such as a UUID, and the same for a repetition.',
    });
  if (!keyShape.test(key))
    throw problemFault('malformed', 'the Idempotency-Key is not 1 to 255 visible characters', {
      fix: 'Send ASCII without spaces, such as a UUID.',
      details: { errors: [{ path: '/headers/idempotency-key', message: 'is no key' }] },
    });
};

const matchShape = /^(?:\*|"v(?:0|[1-9]\d{0,14})")$/;

export const requireMatch = async (request: FastifyRequest): Promise<void> => {
  const match = headerOf(request, 'if-match');
  if (match === undefined)
    throw problemFault('precondition-required', 'the header If-Match is missing', {
      fix: 'Send the ETag that the cutover had when you looked, such as "v42".',
    });
  // A weak tag never matches (RFC 9110 13.1.1), and no other of ours looks different.
  if (!matchShape.test(match))
    throw problemFault('malformed', `If-Match is neither "v<seq>" nor *`, {
      fix: 'Send the ETag as it was given, with its quotes.',
      details: {
        errors: [{ path: '/headers/if-match', message: 'is no entity tag of a cutover' }],
      },
    });
};

/** The seq that the caller has seen; null: whatever it is. */
export function expectOf(match: string, type: Act['type']): number | null {
  if (match !== '*') return Number(match.slice(2, -1));
  if (unconditional.includes(type)) return null;
  throw problemFault('precondition-required', `${type} needs the line that was looked at`, {
    fix: 'Only pause, rollback and observe take If-Match: *. Send the ETag of the cutover.',
  });
}

/** A start stores nothing in the cutover that it names: what was seen of that is judged here. @throws Fault STALE */
export function requireSeq(id: string, { seq, expect }: { seq: number; expect: number }): void {
  if (seq === expect) return;
  throw new Fault('STALE', `${id} is at line ${String(seq)}, not at ${String(expect)}`, {
    fix: 'Look at its status again, then decide again; or send If-Match: *.',
    details: { seq },
  });
}
