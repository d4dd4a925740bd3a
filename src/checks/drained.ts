import { LOW, SNAPSHOT } from '../cutover/path.ts';
import { displayName } from '../dns/name.ts';
import { type Check, type Verdict } from './check.ts';
import { placeOf } from './seen.ts';
import { inSeconds, iso } from './words.ts';

export const ttlDrained: Check = {
  id: 'ttl-drained',
  family: 'state',
  severity: 'blocker',
  what: 'no honest cache can hold the old TTL any more; asked at the first gate',
  expected: 'the longest TTL and the margin since every server showed the low one',
  consequence:
    'A swap now would leave caches on the old MX until their old TTL is over, and split the mail.',
  refs: ['RFC 2181 5.2', 'RFC 2308 5'],
  judge: input => {
    const { plan, drain } = input;
    const subject = displayName(plan.domain);
    const swapped = plan.tracks.filter(track => track.swapped);
    const places = swapped.map(track => placeOf(input, track));
    const skipped = (summary: string): readonly Verdict[] => [
      { outcome: 'skipped', subject, summary, observed: 'nothing to prove now' },
    ];
    if (places.some(place => place > LOW)) return skipped('The first step is swapped already.');
    if (drain === undefined || places.every(place => place === SNAPSHOT))
      return skipped('The TTL is not lowered yet; the wait begins when every server shows it.');
    const { proof, proven } = drain;
    if (proof === null)
      return [
        {
          ...{ outcome: 'bad', subject, observed: 'no unbroken run of rounds yet' },
          summary: 'Not every server has shown the low TTL in three rounds in a row.',
          remedy: 'Wait: the rounds go on by themselves.',
        },
      ];
    const observed = proof.terms.map(({ why }) => why).join('; ');
    if (proof.holds) {
      const summary = 'Every copy with the old TTL has died.';
      return [{ outcome: 'pass', subject, summary, observed }];
    }
    const left = inSeconds(Math.ceil(proof.leftMs / 1000));
    return [
      {
        ...{ outcome: 'bad', subject, observed },
        // It held when the gate was entered: what came since is a server that fell silent, which has a
        // finding of its own, or a resolver.
        ...(proven ? { severity: 'warning' as const } : {}),
        summary: `${left} until copies with the old TTL have died, at ${iso(proof.until)}.`,
        remedy: 'Wait: the gate opens by itself.',
      },
    ];
  },
};
