import { backupHosts } from '../../cutover/mail/backup-hosts.ts';
import { healsNothing, rollbackCost } from '../../cutover/mail/cost.ts';
import { leftHosts } from '../../cutover/mail/left-hosts.ts';
import { LOW, stepPosition, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { isPolicyId, preparedOnly } from '../../cutover/prepared.ts';
import { parseMx } from '../../dns/mx.ts';
import { displayName } from '../../dns/name.ts';
import { type Risk } from './risks.ts';
import { localDelivery } from '../mail/retire-text.ts';
import { durationText } from '../words.ts';

const SMTP = 25;

/** Nobody guards the mail where nobody asks its hosts. */
const unasked = ({ policy: { rollback }, tracks }: Plan): readonly Risk[] => [
  ...(tracks.some(track => preparedOnly(track) && isPolicyId(track))
    ? [
        {
          id: 'policy-unread',
          what: 'the id of an MTA-STS policy is written, and nobody fetches the policy before (checks.smtp): it must name the new hosts by then, or senders that enforce it stop delivering.',
        },
      ]
    : []),
  ...(rollback.automatic === null
    ? []
    : [
        {
          id: 'rollback-by-hand',
          what: 'mail hosts are not asked (checks.smtp), so nothing is rolled back by itself: somebody has to watch the mail after the swap.',
        },
      ]),
  {
    id: 'retire-skipped',
    what: 'mail hosts are not asked (checks.smtp): verify by hand that the new one takes and the old one refuses mail.',
  },
];

/** Steps whose rollback leads to no host of its own that could be seen to accept. */
function noWayBack({ tracks, steps }: Plan): readonly Risk[] {
  const mx = tracks.filter(({ type, swapped }) => type === 'MX' && swapped);
  const without = steps.filter((_, index) =>
    mx.some(track => {
      const at = (position: number) =>
        (valueAt(track, position)?.rdata ?? []).map(rdata => parseMx(rdata).exchange);
      const next = at(stepPosition(index));
      return at(index === 0 ? LOW : stepPosition(index - 1)).every(host => next.includes(host));
    }),
  );
  if (without.length === 0) return [];
  return [
    {
      id: 'no-way-back',
      what: `${without.join(', ')} is not rolled back by itself: the set before names no host of its own that could be seen to accept mail.`,
    },
  ];
}

function rollbackRisks(plan: Plan): readonly Risk[] {
  const { rollback, mail } = plan.policy;
  const { seconds } = rollbackCost(plan);
  const cost: Risk = {
    id: 'rollback-costs',
    what: `a rollback is a second propagation, up to ${durationText(seconds * 1000)} until all mail goes to the old host again; what the new host accepted meanwhile stays there. It heals nothing of: ${healsNothing.join('; ')}.`,
  };
  if (rollback.automatic === null)
    return [
      {
        id: 'rollback-by-hand',
        what: 'nothing is rolled back by itself (rollback.automatic: never).',
      },
      cost,
    ];
  const alone: Risk = {
    id: 'one-place',
    what: 'it is rolled back by itself on the evidence of two places only: no third host (checks.smtp.witnesses) shows that this one can judge. Hand in probes of another place: observe --probe.',
  };
  // Elsewhere a large well-known host stands in; a closed network, or one of another port, has none that
  // could be asked unasked.
  const nobody = mail?.witnesses.length === 0 && (mail.allowPrivate || mail.port !== SMTP);
  return [...(nobody ? [alone] : []), ...noWayBack(plan), cost];
}

/** What stays at the old side, whatever DNS says. */
function oldHostRisks(plan: Plan): readonly Risk[] {
  const { retire, mail } = plan.policy;
  if (leftHosts(plan).length === 0) return [];
  const nobody = retire.former === undefined && mail?.recipients.length === 0;
  return [
    ...(retire.old === 'refuses' && nobody
      ? [
          {
            id: 'no-former-recipient',
            what: 'nobody who lived on the old host is named (retire.former): a host that knows the domain and refuses postmaster alone is not proven to be closed.',
          },
        ]
      : []),
    ...(retire.old === 'stays'
      ? []
      : [{ id: 'local-delivery', what: localDelivery(displayName(plan.domain)) }]),
  ];
}

/** They queue by the routes that they knew, and hand over to whom they knew. */
function backupRisks(plan: Plan): readonly Risk[] {
  const hosts = backupHosts(plan).map(displayName).join(', ');
  if (hosts === '') return [];
  return [
    {
      id: 'backup-mx',
      what: `${hosts} looks like a backup that stores mail and forwards it: what it holds at the swap it delivers by the old route. Take it out of the MX of today when the TTL is lowered (it is not done by itself), and let its queue run empty.`,
    },
  ];
}

/** What may happen to mail, and what nobody guards against. */
export const mailRisks = (plan: Plan): readonly Risk[] =>
  plan.policy.mail?.ask === true
    ? [...rollbackRisks(plan), ...backupRisks(plan), ...oldHostRisks(plan)]
    : unasked(plan);
