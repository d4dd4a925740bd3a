import { type Static, Type } from 'typebox';
import { type Act, confirmations, type Observation } from '../../cutover/event.ts';
import { isAddress } from '../../dns/address.ts';
import { type Name, parseAnyName } from '../../dns/name.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { readProbeRound } from '../../mail/read-round.ts';
import { oneLine } from '../../mail/reply.ts';
import { malformed } from '../problems/problem.ts';
import {
  acceptancesOf,
  acceptancesSchema,
  closed,
  nullable,
  reasonSchema,
} from '../schemas/common.ts';

const reason = Type.Optional(reasonSchema);
const planHash = Type.String({
  pattern: '^[0-9a-f-]{8,80}$',
  description: 'The hash of the plan that was looked at.',
});
const confirm = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'The domain once more: this cannot be taken back.',
});
const count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const seconds = Type.Integer({ minimum: 1, maximum: 31_622_400 });

/** What a start takes, here and for a new cutover. */
export const startTerms = {
  planHash,
  accept: Type.Optional(acceptancesSchema),
  takeClaim: Type.Optional(
    nullable(Type.String({ pattern: '^[0-9a-zA-Z]{1,64}$' }), {
      description: 'The run id of a dead run whose claim is to be replaced; it needs a reason.',
    }),
  ),
  again: Type.Optional(
    Type.Boolean({ description: 'Makes a move anew that was rolled back or abandoned.' }),
  ),
  reason,
};

/** The mark of a test message. */
const token = Type.String({ pattern: '^dns-cutover-[0-9a-f]{12}$' });

const observation = Type.Union([
  Type.Object(
    { is: Type.Literal('bounces'), count, seconds: Type.Optional(seconds) },
    { ...closed, description: 'So many bounced in so many seconds (600 unless said).' },
  ),
  Type.Object(
    {
      is: Type.Literal('accepted'),
      count,
      seconds: Type.Optional(seconds),
      usual: Type.Optional(nullable(count)),
    },
    { ...closed, description: 'So many were accepted in so many seconds (3600 unless said).' },
  ),
  Type.Object(
    {
      ...{ is: Type.Literal('sent'), token, host: Type.String({ minLength: 1, maxLength: 254 }) },
      address: Type.String({ minLength: 2, maxLength: 45 }),
      to: Type.String({ pattern: '^[!-;=?A-~]{1,64}@[!-;=?A-~]{1,255}$', maxLength: 320 }),
      taken: Type.Boolean(),
      said: Type.String({ maxLength: limits.smtpSaidCharacters }),
    },
    {
      ...closed,
      description:
        'A test message with this mark was sent to a new host, which took it or not, and what it said.',
    },
  ),
  Type.Object(
    { is: Type.Literal('arrived'), token },
    {
      ...closed,
      description:
        'A test message was found where it was to arrive. Where sent ones were told, it has to be one of them.',
    },
  ),
  Type.Object(
    { is: Type.Literal('probe'), round: Type.Unknown() },
    { ...closed, description: 'What `probe --json` printed at another place.' },
  ),
]);

const of = <Type_ extends Act['type']>(type: Type_) => Type.Literal(type);

export const startBody = Type.Object({ type: of('start'), ...startTerms }, closed);

/** Every act but a start, with the fields that it has in the journal. */
const actBodies = [
  Type.Object(
    {
      type: of('approve'),
      attest: Type.Optional(
        Type.Array(Type.Integer({ minimum: 0, maximum: 100 }), {
          maxItems: 100,
          description:
            'Sentences that are true, by their place in `approval.attestations`, from 0.',
        }),
      ),
      accept: Type.Optional(acceptancesSchema),
      reason,
    },
    closed,
  ),
  Type.Object({ type: of('pause'), reason }, closed),
  Type.Object({ type: of('resume'), reason }, closed),
  Type.Object(
    {
      type: of('rollback'),
      to: Type.Optional(Type.Union([Type.Literal('step'), Type.Literal('snapshot')])),
      confirm,
      reason,
    },
    closed,
  ),
  Type.Object(
    {
      type: of('retry'),
      swapUntil: Type.Optional(
        nullable(
          Type.Union([
            Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 }),
            Type.String({
              pattern:
                '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)$',
            }),
          ]),
          { description: 'A new end of the window: RFC 3339 with its offset, or ms since 1970.' },
        ),
      ),
      reason,
    },
    closed,
  ),
  Type.Object(
    {
      type: of('confirm'),
      what: Type.Enum([...confirmations]),
      reason,
    },
    closed,
  ),
  Type.Object({ type: of('abandon'), confirm, reason }, closed),
  Type.Object({ type: of('observe'), what: observation, reason }, closed),
  Type.Object(
    {
      type: of('take-claim'),
      run: Type.String({ pattern: '^[0-9a-zA-Z]{1,64}$' }),
      reason: Type.String({ minLength: 1, maxLength: 1000 }),
    },
    closed,
  ),
] as const;

export type StartBody = Static<typeof startBody>;
export type ActBody = Static<(typeof actBodies)[number]>;

export const actionBody = Type.Union([startBody, ...actBodies], {
  description: 'What is asked for, by its type.',
});

/** What another place saw, as `probe --json` prints it. @throws Fault malformed */
function roundOf(round: unknown) {
  try {
    return readProbeRound(JSON.stringify(round));
  } catch (error) {
    if (!isFault(error)) throw error;
    const place = error.where?.replaceAll('.', '/') ?? '';
    throw malformed([{ path: `/body/what/round/${place}`, message: error.message }]);
  }
}

/** The host that a test message was sent to, by name or address. @throws Fault malformed */
function placeOf({ host, address }: { readonly host: string; readonly address: string }) {
  if (!isAddress(address))
    throw malformed([{ path: '/body/what/address', message: 'is no IP address' }]);
  const bare = host.replace(/\.$/, '');
  if (isAddress(bare)) return { host: `${bare}.` as Name, address };
  try {
    return { host: parseAnyName(host), address };
  } catch (error) {
    if (!isFault(error)) throw error;
    throw malformed([{ path: '/body/what/host', message: 'is no host name' }]);
  }
}

function observed(what: Static<typeof observation>): Observation {
  switch (what.is) {
    case 'bounces': {
      const { is, count: bounced, seconds: span = limits.mailBouncesMs / 1000 } = what;
      return { is, count: bounced, seconds: span };
    }
    case 'accepted': {
      const { is, count: accepted, seconds: span = 3600, usual = null } = what;
      return { is, count: accepted, seconds: span, usual };
    }
    case 'arrived':
      return what;
    case 'sent':
      return { ...what, ...placeOf(what), said: oneLine(what.said) };
    case 'probe':
      return { is: 'probe', round: roundOf(what.round) };
  }
}

function instantOf(moment: string | number | null): number | null {
  const instant = typeof moment === 'string' ? Date.parse(moment) : moment;
  if (instant === null || Number.isFinite(instant)) return instant;
  throw malformed([{ path: '/body/swapUntil', message: 'is no moment of the calendar' }]);
}

/** The act that a body asks for. @throws Fault malformed */
export function actOf(body: ActBody): Act {
  const { reason: why = null } = body;
  switch (body.type) {
    case 'approve': {
      const { type, attest = [], accept = [] } = body;
      return { type, attest, accept: acceptancesOf(accept), reason: why };
    }
    case 'rollback':
      return { type: body.type, to: body.to ?? 'step', reason: why };
    case 'retry':
      return { type: body.type, swapUntil: instantOf(body.swapUntil ?? null), reason: why };
    case 'confirm':
      return { type: body.type, what: body.what, reason: why };
    case 'observe':
      return { type: body.type, what: observed(body.what), reason: why };
    case 'take-claim':
      return { type: body.type, run: body.run, reason: body.reason };
    case 'pause':
    case 'resume':
    case 'abandon':
      return { type: body.type, reason: why };
  }
}
