import { type OfferView } from '../../view/status/offers.ts';

/** What stands on a button. */
const labels: Readonly<Record<OfferView['act'], string>> = {
  approve: 'Approve…',
  pause: 'Pause…',
  resume: 'Resume…',
  retry: 'Retry…',
  'take-claim': 'Take the claim…',
  confirm: 'Confirm…',
  rollback: 'Roll back…',
  abandon: 'Abandon…',
};

const particular: Readonly<Record<string, string>> = {
  'rollback step': 'Roll back one step…',
  'rollback snapshot': 'Roll back to the snapshot…',
  'confirm mail-swept': 'Confirm: mail is swept…',
  'confirm others-moved': 'Confirm: no other domain is there…',
  'confirm restore-ttl': 'Give up on the TTL…',
  'confirm afterwards': 'Give up on the records for afterwards…',
  'confirm old-host': 'Give up on the old host…',
};

export const offerKey = ({ act, which }: OfferView): string =>
  which === null ? act : `${act} ${which}`;

export const offerLabel = (offer: OfferView): string =>
  particular[offerKey(offer)] ?? labels[offer.act];

/** The same without what says that more is asked. */
export const offerTitle = (offer: OfferView): string => offerLabel(offer).replace('…', '');

/** What cannot be taken back, or takes something back, looks like it. */
export const isGrave = ({ act }: OfferView): boolean => act === 'rollback' || act === 'abandon';

/** What gives up on something is never what somebody is led to. */
const waives = ({ act, which }: OfferView): boolean =>
  act === 'confirm' && ['restore-ttl', 'afterwards', 'old-host'].includes(which ?? '');

/** What brings it on: the first that is offered, if that is such an act. */
export const isMain = (offer: OfferView, index: number): boolean =>
  index === 0 && !isGrave(offer) && !waives(offer) && !['pause', 'resume'].includes(offer.act);

/** Stopping has to be quick, and needs no proof that somebody knows which domain this is. */
export const asksDomain = ({ act }: OfferView): boolean => act !== 'pause';

/** Whether whoever looks may do it; the server decides again. */
export function mayDo(role: string, { act }: OfferView): boolean {
  const ranks = ['viewer', 'operator', 'approver', 'admin'];
  return ranks.indexOf(role) >= ranks.indexOf(act === 'approve' ? 'approver' : 'operator');
}
