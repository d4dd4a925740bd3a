import { type JSX } from 'preact';
import { Actions } from '../acts/actions.tsx';
import { ShareDialog } from '../acts/share-dialog.tsx';
import { App, type Living } from '../app.tsx';
import { type LiveState } from '../model/props.ts';
import { type PageData } from '../shell/data.ts';
import { World } from './world.tsx';

/** The pages that follow the server. */
export type Shown = Extract<PageData, { readonly snapshot: unknown }>;

/** What is shown, and what a viewer set up. */
export interface Setup {
  readonly shown: Shown;
  readonly theme: Living['theme'];
  readonly sharing: boolean;
  /** Somebody wanted to see the map; from then on it is there. */
  readonly mapped: boolean;
}

export interface WholeProps {
  readonly setup: Setup;
  readonly living: Omit<Living, 'actions'>;
  /** What is read out; null before the page has woken. */
  readonly spoken: string | null;
  readonly change: (change: Partial<Setup>) => void;
}

/** Whether this viewer may do anything but look; the server decides again. */
export const mayAct = ({ viewer }: Shown): boolean =>
  !viewer.shared && ['operator', 'approver', 'admin'].includes(viewer.role);

/** What is read out, apart from what is shown: a page that changes twice a second cannot be listened to. */
const Spoken = ({ text }: { readonly text: string }): JSX.Element => (
  <p class="spoken" role="status" aria-live="polite" aria-atomic="true">
    {text}
  </p>
);

function actionsOf({ shown }: Setup, live: LiveState): JSX.Element | undefined {
  if (live.is === 'still' || shown.page !== 'cutover' || !mayAct(shown)) return undefined;
  const { snapshot, viewer } = shown;
  return <Actions snapshot={snapshot} role={viewer.role} stale={live.is === 'stale'} />;
}

/** The page with what only a browser adds to it. Without that it is what the server made. */
export function Whole({ setup, living, spoken, change }: WholeProps): JSX.Element {
  const { shown, sharing, mapped } = setup;
  return (
    <>
      <App
        data={shown}
        living={{
          ...living,
          actions: actionsOf(setup, living.live),
          ...(mapped &&
            shown.page === 'cutover' && { map: <World cutover={shown.snapshot.cutover} /> }),
          onMap: () => {
            change({ mapped: true });
          },
        }}
      />
      {spoken !== null && <Spoken text={spoken} />}
      {sharing && shown.page === 'cutover' && (
        <ShareDialog
          cutover={shown.snapshot.cutover}
          onClose={() => {
            change({ sharing: false });
          }}
        />
      )}
    </>
  );
}
