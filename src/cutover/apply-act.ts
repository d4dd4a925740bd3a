import { type Cutover } from './cutover.ts';
import { type Line } from './line.ts';

/** What a person's act, a hold or a rollback changes; null for other lines. */
export function applyAct(cutover: Cutover, line: Line): Partial<Cutover> | null {
  switch (line.type) {
    case 'claim.allowed':
      return { takeClaim: line.data.run };
    case 'approved': {
      const { planHash, step, digest, findings, attested } = line.data;
      return {
        attested: [...new Set([...cutover.attested, ...attested])],
        approval: { planHash, step, digest, findings, at: line.at },
      };
    }
    case 'approval.lapsed':
      return { approval: null };
    case 'accepted':
      return { accepted: [...cutover.accepted, ...line.data.acceptances] };
    case 'paused':
      return { paused: { at: line.at, reason: line.data.reason } };
    case 'resumed':
      return { paused: null };
    case 'held':
      return { hold: { ...line.data.reason, since: line.at } };
    case 'hold.lifted':
      return {
        hold: null,
        failures: 0,
        // How long something has been in the way counts anew; resolvers stood in nobody's way.
        authority:
          cutover.hold?.why === 'resolvers-cannot-tell' && line.data.by === 'cause gone'
            ? cutover.authority
            : null,
      };
    case 'window.extended':
      return { window: { opened: false, swapUntil: line.data.swapUntil } };
    case 'confirmed':
      return { confirmed: [...cutover.confirmed, line.data.what] };
    default:
      return applyRollback(cutover, line);
  }
}

function applyRollback(cutover: Cutover, line: Line): Partial<Cutover> | null {
  const { rollback } = cutover;
  switch (line.type) {
    case 'rollback.asked': {
      const { to, target, now } = line.data;
      const left = rollback?.left ?? [];
      const automatic = line.data.automatic === true;
      const fresh = { asked: now, phase: 'mx', delivered: null, left } as const;
      return { rollback: { to, target, automatic, ...fresh } };
    }
    case 'rollback.delivered':
      return rollback === null ? {} : { rollback: { ...rollback, delivered: line.data.now } };
    case 'rollback.phase':
      return rollback === null ? {} : { rollback: { ...rollback, phase: line.data.phase } };
    case 'rollback.left': {
      if (rollback === null) return {};
      return { rollback: { ...rollback, left: [...rollback.left, ...line.data.differences] } };
    }
    case 'rollback.withdrawn':
      // The next attempt settles anew: what this one restored was rolled back, mail moves once more.
      return {
        rollback: null,
        approval: null,
        attested: [],
        settling: { 'restore-ttl': 'waiting', afterwards: 'waiting', 'old-host': 'waiting' },
        turned: null,
        retire: null,
        confirmed: cutover.confirmed.filter(what => what !== 'mail-swept'),
      };
    default:
      return null;
  }
}
