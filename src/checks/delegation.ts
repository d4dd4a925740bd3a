import { positionsOf, type Track } from '../cutover/path.ts';
import { serverLabel } from '../cutover/standing.ts';
import { displayName } from '../dns/name.ts';
import { sameRRset } from '../dns/rrset.ts';
import { type Check, type Verdict } from './check.ts';
import { type CheckInput } from './input.ts';
import { answers, hostedValue, sightings, unasked } from './seen.ts';
import { count, shown } from './words.ts';

const configured = (subject: string): readonly Verdict[] => [
  {
    outcome: 'skipped',
    subject,
    summary: `Not looked at: the configuration names the servers of ${subject} (authority.replace), so its delegation was not asked for.`,
    observed: 'servers from the configuration',
  },
];

export const zoneResolves: Check = {
  id: 'zone-resolves',
  family: 'authority',
  severity: 'blocker',
  what: 'the zone is delegated, and at least one of its servers answers with authority',
  expected: 'an authoritative answer (AA) for the zone',
  consequence: 'Nobody can look up the domain; whatever is written, mail for it is not delivered.',
  refs: ['RFC 1034 4.2'],
  judge: input => {
    const { delegation, round } = input.survey;
    const subject = displayName(delegation.zone);
    const good = answers(input.survey);
    if (delegation.servers.length === 0)
      return [
        {
          outcome: 'bad',
          subject,
          summary: `${subject} has no working delegation: no server address was found for it.`,
          observed: `name servers: ${delegation.parentNameServers.join(' ') || 'none'}`,
          remedy: 'Mend the NS records at the registrar first.',
        },
      ];
    if (good.length === 0)
      return [
        {
          ...unasked(input, subject),
          summary: `None of the ${count(round.readings.length, 'address', 'addresses')} of ${subject} gave an authoritative answer.`,
          remedy:
            'If other machines see the same, mend the NS records at the registrar; else let this machine reach port 53.',
        },
      ];
    const parent = delegation.source === 'configured' ? '; the parent zone was not asked' : '';
    return [
      {
        outcome: 'pass',
        subject,
        summary: `${subject} is answered for with authority${parent}.`,
        observed: good.map(serverLabel).join(', '),
      },
    ];
  },
};

/** RRsets of which no server shows what the provider holds, nor anything else of the path. */
const strange = ({ plan, survey }: CheckInput): readonly Track[] =>
  plan.tracks.filter(track => {
    const hosted = hostedValue(survey, track);
    const seen = sightings(survey, track).map(({ served }) => served.rrset);
    // A server that shows another position of the path only trails behind.
    const known = (rrset: (typeof seen)[number]) =>
      sameRRset(rrset, hosted ?? null) || positionsOf(track, rrset).length > 0;
    return hosted !== undefined && seen.length > 0 && !seen.some(known);
  });

export const providerIsAuthoritative: Check = {
  id: 'provider-is-authoritative',
  family: 'authority',
  severity: 'blocker',
  what: 'the zone at the provider is the one that the world asks',
  expected: 'the zone that is delegated, with the records that its servers show',
  consequence: 'What is written at the provider would have no effect: the world never asks for it.',
  refs: ['RFC 1034 4.2.1'],
  judge: input => {
    const { plan, survey } = input;
    const { delegation } = survey;
    const subject = displayName(plan.zone);
    if (delegation.source === 'configured') return configured(subject);
    const other = [delegation.zone, survey.zone].find(zone => zone !== plan.zone);
    if (other !== undefined)
      return [
        {
          outcome: 'bad',
          subject,
          summary: `You are about to edit zone ${subject} at ${plan.provider}, but ${displayName(plan.domain)} lies in zone ${displayName(other)}.`,
          observed: `zone ${displayName(other)}, served by ${delegation.parentNameServers.join(' ')}`,
          remedy: `Name the provider that hosts ${displayName(other)}, then plan again.`,
        },
      ];
    if (answers(survey).length === 0) return [unasked(input, subject)];
    const wrong = strange(input);
    if (wrong.length > 0)
      return [
        {
          outcome: 'bad',
          subject,
          summary: `You are about to edit ${subject} at ${plan.provider}, but the world asks ${delegation.parentNameServers.join(' ')}, and these show other records.`,
          observed: wrong
            .map(track => {
              const [first] = sightings(survey, track);
              return `${track.key}: ${plan.provider} holds ${shown(hostedValue(survey, track) ?? null)}, ${first?.server ?? 'a server'} serves ${shown(first?.served.rrset ?? null)}`;
            })
            .join('; '),
          remedy: 'Name the provider and the account that feed these servers, then plan again.',
        },
      ];
    const nothing = plan.tracks.every(track => (hostedValue(survey, track) ?? null) === null);
    return [
      {
        outcome: 'pass',
        subject,
        summary: nothing
          ? `The zone of ${plan.provider} is the one that is delegated; it holds none of the RRsets yet that could be compared.`
          : `The world sees what ${plan.provider} holds.`,
        observed: `zone ${subject}, served by ${delegation.parentNameServers.join(' ')}`,
      },
    ];
  },
};

export const delegationInTransition: Check = {
  id: 'delegation-in-transition',
  family: 'authority',
  severity: 'blocker',
  what: 'the parent zone and the zone itself name the same name servers',
  expected: 'the same NS set on both sides of the delegation',
  consequence:
    'Some of the world asks servers that this cutover does not change, for as long as the NS records are cached.',
  refs: ['RFC 1034 4.2.2'],
  judge: ({ survey: { delegation } }) => {
    const subject = displayName(delegation.zone);
    if (delegation.source === 'configured') return configured(subject);
    const { parentNameServers: parent, childNameServers: child } = delegation;
    const observed = `parent: ${parent.join(' ') || 'none'}; zone: ${child.join(' ') || 'none'}`;
    if (child.length === 0)
      return [
        {
          outcome: 'could-not-test',
          subject,
          summary: `No server of ${subject} said which name servers the zone itself names.`,
          observed,
          remedy: 'Let this machine reach the servers on port 53, then check again.',
        },
      ];
    const same = [...parent].sort().join(' ') === [...child].sort().join(' ');
    if (same)
      return [{ outcome: 'pass', subject, summary: 'Parent and zone name the same.', observed }];
    return [
      {
        outcome: 'bad',
        subject,
        summary: `The name servers of ${subject} are being moved: the parent names others than the zone.`,
        observed,
        remedy:
          'Finish that move first and wait until the old NS records have expired, or make both sides name the same servers.',
      },
    ];
  },
};
