import { displayName, type Name } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { type TsigKey, type TsigVerdict, verifyReply } from '../../src/dns/tsig.ts';
import { decodeMessage } from '../../src/dns/wire.ts';
import { type Code, Fault, isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';

/** What an UPDATE was sent with; needed to judge its answer. */
export interface Sent {
  readonly server: string;
  readonly zone: Name;
  readonly id: number;
  readonly key: TsigKey;
  readonly mac: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
  /** Mail hosts within the zone, without an address in this update. */
  readonly mailHosts: readonly Name[];
  /** Hears when the server signed its answer, in seconds since 1970. */
  readonly signedAt?: (seconds: number) => void;
}

/** `done`: in effect. `moved`: a prerequisite did not hold, so nothing was changed. */
export type Outcome = 'done' | 'moved';

interface Refusal {
  readonly code: Code;
  readonly why: string;
  readonly fix: string;
}

const BADSIG = 16;
const BADKEY = 17;
const BADTIME = 18;

const keyText = ({ key }: Sent): string => `${displayName(key.name)} (${key.algorithm})`;
const moment = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Refusals about the key itself. Only BADTIME comes signed (RFC 8945 5.2). */
function keyRefusal(error: number, serverTime: number | null, sent: Sent): Refusal | null {
  if (error === BADKEY)
    return {
      code: 'UNAUTHORIZED',
      why: `the server does not know the key ${keyText(sent)}, or gives it no rights`,
      // Knot answers BADKEY in both cases.
      fix:
        'Compare name and algorithm of the key with the configuration of the server, and see ' +
        'whether an acl or update-policy lets it update these RRsets.',
    };
  if (error === BADSIG)
    return {
      code: 'UNAUTHORIZED',
      why: `the server has another secret for the key ${keyText(sent)}`,
      fix: 'Copy the secret of this key from the server into the secret file again.',
    };
  if (error !== BADTIME) return null;
  const apart = serverTime === null ? null : Math.abs(serverTime - sent.now);
  return {
    code: 'UNAUTHORIZED',
    why:
      apart === null || serverTime === null
        ? `the clocks of this machine and of the server are more than ${limits.tsigFudgeSeconds} s apart`
        : `the clocks are ${apart} s apart: here it is ${moment(sent.now)}, ` +
          `at the server ${moment(serverTime)}`,
    fix: `Set both clocks by NTP; signatures are good for ${limits.tsigFudgeSeconds} s.`,
  };
}

function policyRefusal(sent: Sent): Refusal {
  const { mailHosts } = sent;
  const hint =
    mailHosts.length === 0
      ? ''
      : ` BIND also refuses an MX that points at a host of the zone without an address: see ` +
        `whether ${mailHosts.map(displayName).join(', ')} has an A or AAAA record.`;
  return {
    code: 'UNAUTHORIZED',
    why: `the policy of the server does not let the key ${keyText(sent)} make this update`,
    fix: `Grant the key these names and types.${hint}`,
  };
}

/** Refusals by RCODE, as measured at BIND, Knot and PowerDNS. */
function refusalOf(rcode: number, sent: Sent, signed: boolean): Refusal | null {
  const zone = displayName(sent.zone);
  switch (rcode) {
    case RCODE.REFUSED:
      return policyRefusal(sent);
    case RCODE.NOTAUTH:
      return signed
        ? {
            code: 'UNSUPPORTED',
            why: `the server is not the primary of ${zone}`,
            fix: 'Name the primary server of the zone, the one that takes updates.',
          }
        : policyRefusal(sent);
    case RCODE.NOTZONE:
      return {
        code: 'UNSUPPORTED',
        why: `a name of this update does not lie in ${zone} as the server has it`,
        fix: 'See whether a part of the zone is delegated away.',
      };
    case RCODE.NOTIMP:
    case RCODE.FORMERR:
      return {
        code: 'UNSUPPORTED',
        why: 'the server does not understand updates',
        fix: 'Name a server that takes updates by RFC 2136.',
      };
    case RCODE.SERVFAIL:
      return {
        code: 'UNAVAILABLE',
        why: 'the server failed; whether the update took effect is not known',
        fix: 'See its log: often it cannot write its journal, or signing failed.',
      };
    default:
      return null;
  }
}

const prerequisiteFailed: readonly number[] = [
  ...[RCODE.NXRRSET, RCODE.YXRRSET, RCODE.NXDOMAIN, RCODE.YXDOMAIN],
];

const untrusted = (why: string): Refusal => ({
  code: 'UNAVAILABLE',
  why: `the answer cannot be trusted: ${why}; the update may have taken effect`,
  fix: 'Look at the zone. If it stays, something on the way to the server answers in its place.',
});

function judge(rcode: number, verdict: TsigVerdict, sent: Sent): Outcome | Refusal {
  if (verdict.signed === 'bad') return untrusted(verdict.why);
  const serverTime = verdict.signed === 'yes' ? verdict.serverTime : null;
  const refusal =
    keyRefusal(verdict.error ?? 0, serverTime, sent) ??
    refusalOf(rcode, sent, verdict.signed === 'yes');
  if (refusal !== null) return refusal;
  // Anybody could say that it is done, or that it is not.
  if (verdict.signed === 'no') return untrusted('it is not signed');
  if (verdict.error === 0 && rcode === RCODE.NOERROR) return 'done';
  if (verdict.error === 0 && prerequisiteFailed.includes(rcode)) return 'moved';
  return {
    code: 'UNAVAILABLE',
    why: 'the server answers an update in a way that is not known here',
    fix: 'See its log. Look at the zone: whether the update took effect is not known.',
  };
}

/**
 * Judges the answer to a signed UPDATE.
 * @throws Fault UNAUTHORIZED, UNSUPPORTED, UNAVAILABLE, with the server's words
 */
export function outcomeOf(reply: Uint8Array, sent: Sent): Outcome {
  const { server: where } = sent;
  const { said, judged } = read(reply, sent);
  if (typeof judged === 'string') return judged;
  const { code, why, fix } = judged;
  const details = { answered: said, sent: true };
  throw new Fault(code, `${where} answered ${said}: ${why}`, { where, fix, details });
}

function read(
  reply: Uint8Array,
  sent: Sent,
): { readonly said: string; readonly judged: Outcome | Refusal } {
  try {
    const { id, qr, opcode, rcode, rcodeName } = decodeMessage(reply);
    const verdict = verifyReply(reply, { key: sent.key, requestMac: sent.mac, now: sent.now });
    if (verdict.signed === 'yes' && verdict.serverTime !== null)
      sent.signedAt?.(verdict.serverTime);
    const error = verdict.signed === 'bad' || verdict.error === 0 ? null : verdict.errorName;
    const trust = { yes: null, no: 'unsigned', bad: 'badly signed' }[verdict.signed];
    const said = [rcodeName, error, trust].filter(word => word !== null).join(', ');
    const ours = id === sent.id && qr && opcode === 5;
    return {
      said,
      judged: ours ? judge(rcode, verdict, sent) : untrusted('it answers something else'),
    };
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    return { said: 'nonsense', judged: untrusted(error.message) };
  }
}
