import { type Distribution } from '../../propagation/distribution.ts';
import { count } from '../words.ts';

/** `7 new, 2 old of 9 members`; null where one alone was heard. */
export function membersBrief({ new: turned, old, other, seen }: Distribution): string | null {
  if (seen < 2) return null;
  const parts = [
    `${turned} new`,
    ...(old === 0 ? [] : [`${old} old`]),
    ...(other === 0 ? [] : [`${other} something else`]),
  ];
  return `${parts.join(', ')} of ${count(seen, 'member')}`;
}

/** Never less than what was reckoned: in whole per cent, and at least one. */
const atMost = (part: number): number => Math.max(1, Math.ceil(part * 100 - 1e-9));

/** How sure the clean answers of a service make, with the arithmetic: `after 11 … < 24 % stale …`. */
export function certaintyText({ clean, staleAtMost }: Distribution): string {
  if (clean === 0) return 'no clean answer yet, so any part of it may be stale';
  const part = (Math.round(staleAtMost * 1000) / 1000).toFixed(3);
  return `${count(clean, 'clean answer')} in a row: less than ${atMost(staleAtMost)} % stale at 95 % ((1 - ${part})^${clean} = 0.05)`;
}

/** The same in sentences. */
export function membersSentences(members: Distribution): readonly string[] {
  const said = membersBrief(members);
  const { wanted, clean } = members;
  const more = clean >= wanted ? '' : `; ${wanted} are wanted`;
  const certainty = certaintyText(members);
  return [
    ...(said === null ? [] : [`What its members said last: ${said} that were heard.`]),
    `${certainty.charAt(0).toUpperCase()}${certainty.slice(1)}${more}.`,
  ];
}
