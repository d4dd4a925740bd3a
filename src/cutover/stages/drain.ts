import { limits } from '../../limits.ts';
import { proof } from '../drain.ts';
import { elapsed } from '../elapsed.ts';
import { troubled } from '../standing.ts';
import { baseline } from '../watching.ts';
import { foreignHold } from './late.ts';
import { enter, observe, wake, type StageRules } from './rules.ts';

/** How often authoritative servers are asked while the old TTL drains: a longer TTL must be noticed. */
const watchMs = (longestSeconds: number): number =>
  Math.min(60_000, Math.max(1000, longestSeconds * 50));

const seconds = (ms: number): string => `${String(Math.ceil(ms / 1000))} s`;

/** Waits for the proof that no honest cache can hold the old TTL any more. */
export const drain: StageRules = {
  on: (cutover, event, now) => {
    const edited = foreignHold(cutover, event);
    if (edited.length > 0) return edited;
    // Reset, when a server showed another TTL or other name servers: the low rounds begin again.
    if (cutover.drain === null) return [enter('lower', 0, now)];
    const proven = proof(cutover, now);
    // A proof needs somebody who sees that it still holds: after a restart, a round of our own.
    if (proven?.holds !== true || cutover.authority === null) return [];
    const terms = proven.terms.map(({ why }) => why);
    const silent = troubled(cutover, 'silent').map(({ server }) => `${server} could not be asked`);
    const unwatched = cutover.drain.unwatched
      ? ['nobody looked while the controller was away; the low TTL stood before and after']
      : [];
    const { entry } = cutover.world;
    const leftMs = entry === null ? 0 : entry.leftMs - elapsed(entry.seen, now).ms;
    const outlives =
      entry !== null && leftMs > 0
        ? [`${entry.resolver} may answer from its old entry for ${seconds(leftMs)} more`]
        : [];
    return [
      {
        type: 'drain.proven',
        data: { terms: [...terms, ...silent, ...unwatched, ...outlives] },
      },
      enter('gate', 0, now),
    ];
  },
  due: cutover => {
    const looks = [observe(cutover, watchMs(cutover.longest)), ...baseline(cutover)];
    // The latest term counts; `until` does not depend on the moment it is asked at.
    const { boot, offset } = cutover.clock;
    const asked = cutover.drain?.since ?? cutover.entered;
    const until = proof(cutover, { ...asked, boot, wall: asked.up + offset })?.until;
    return until === undefined ? looks : [...looks, wake(until + limits.clockJumpMs)];
  },
};
