import { displayName } from '../dns/name.ts';
import { type Check, type Verdict } from './check.ts';
import { inSeconds, shown } from './words.ts';

export const ttlProviderMinimum: Check = {
  id: 'ttl-provider-minimum',
  family: 'state',
  severity: 'warning',
  what: 'the provider accepts every TTL of the plan',
  expected: 'no TTL under the floor of the provider',
  consequence: 'The provider raises the TTL or refuses the write, a rollback included.',
  refs: [],
  judge: ({ plan, survey }) => {
    const { minTtl } = survey.capabilities;
    const subject = displayName(plan.domain);
    if (minTtl === null)
      return [
        {
          outcome: 'pass',
          subject,
          summary: `${plan.provider} accepts every TTL.`,
          observed: 'no floor',
        },
      ];
    const verdicts = plan.tracks.flatMap((track): readonly Verdict[] => {
      const low = track.positions.find(value => value !== null && value.ttl < minTtl);
      if (low === undefined || low === null) return [];
      return [
        {
          outcome: 'bad',
          subject: track.key,
          summary: `${plan.provider} accepts ${inSeconds(minTtl)} and more; the plan has a TTL of ${inSeconds(low.ttl)}.`,
          observed: shown(low),
          remedy: `Set ttl.low to ${minTtl} or more; if the zone has the short TTL today, raise it there first.`,
        },
      ];
    });
    if (verdicts.length > 0) return verdicts;
    const summary = `Every TTL of the plan is ${inSeconds(minTtl)} or more, the floor of ${plan.provider}.`;
    return [{ outcome: 'pass', subject, summary, observed: `floor ${inSeconds(minTtl)}` }];
  },
};

export const atomicReplaceAvailable: Check = {
  id: 'atomic-replace-available',
  family: 'state',
  severity: 'warning',
  what: 'the provider replaces what the swap changes in one act, and only if nobody changed it',
  expected: 'compare-and-swap in one act',
  consequence: 'For a moment the zone may hold a mixture, or an edit made in that moment is lost.',
  refs: ['docs/providers'],
  judge: ({ plan, survey }) => {
    const { compareAndSwap, shrinks, atomicSets } = survey.capabilities;
    const swapped = plan.tracks.filter(track => track.swapped);
    const gaps = [
      ...(compareAndSwap === 'checked'
        ? ['compares first and writes then: an edit in between would be overwritten']
        : []),
      ...(shrinks === 'by union'
        ? [
            'brings each record to its servers alone: for a moment old and new records are served together',
          ]
        : []),
      ...(!atomicSets && swapped.length > 1
        ? [`writes ${swapped.map(({ key }) => key).join(', ')} one after the other, the MX last`]
        : []),
    ];
    const subject = plan.provider;
    if (gaps.length === 0)
      return [
        {
          outcome: 'pass',
          subject,
          summary: `${plan.provider} compares and replaces in one act.`,
          observed: 'atomic',
        },
      ];
    return [
      {
        outcome: 'bad',
        subject,
        summary: `${plan.provider} ${gaps.join('; it ')}.`,
        observed: `compare-and-swap ${compareAndSwap}, shrinks ${shrinks}, sets ${atomicSets ? 'together' : 'one by one'}`,
        remedy: 'Keep other people and tools out of the zone while the swap is written.',
      },
    ];
  },
};
