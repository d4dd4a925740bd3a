import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type OfferView } from '../../view/status/offers.ts';
import { type CutoverSnapshot } from '../../view/stream/stream.ts';
import { ActDialog, type Looked } from './act-dialog.tsx';
import { isGrave, isMain, mayDo, offerKey, offerLabel } from './labels.ts';

interface ActionsProps {
  readonly snapshot: CutoverSnapshot;
  readonly role: string;
  /** What is shown is old: nobody decides by that. */
  readonly stale: boolean;
}

const buttonClass = (offer: OfferView, index: number): string => {
  if (isGrave(offer)) return 'button button-danger';
  return isMain(offer, index) ? 'button button-main' : 'button';
};

/** What somebody may do, each behind a dialog that shows what comes of it. */
export function Actions({ snapshot, role, stale }: ActionsProps): JSX.Element | null {
  const { status, seq, events } = snapshot;
  const [looked, setLooked] = useState<Looked | null>(null);
  const [said, setSaid] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const offers = status.offers.filter(offer => mayDo(role, offer));

  useEffect(() => {
    // The button that opened it may be gone; the focus must not fall back to the top of the page.
    if (looked === null && said !== '' && document.activeElement === document.body)
      heading.current?.focus();
  }, [looked, said]);

  const close = (): void => {
    setLooked(null);
  };
  const lookAgain = (before: OfferView): boolean => {
    const now = offers.find(one => offerKey(one) === offerKey(before));
    if (now !== undefined) setLooked({ offer: now, status, seq });
    return now !== undefined;
  };
  if (offers.length === 0 && looked === null && said === '') return null;
  return (
    <div class="acts">
      <h2 tabIndex={-1} ref={heading}>
        Actions
      </h2>
      <div class="acts-row">
        {offers.map((offer, index) => (
          <button
            key={offerKey(offer)}
            type="button"
            class={buttonClass(offer, index)}
            disabled={stale}
            onClick={() => {
              setSaid('');
              setLooked({ offer, status, seq });
            }}
          >
            {offerLabel(offer)}
          </button>
        ))}
      </div>
      <p class="said" role="status">
        {said}
      </p>
      {looked !== null && (
        <ActDialog
          looked={looked}
          since={events.filter(event => event.seq > looked.seq)}
          lookAgain={() => lookAgain(looked.offer)}
          onClose={close}
          onDone={text => {
            setSaid(text);
            close();
          }}
        />
      )}
    </div>
  );
}
