import { type JSX } from 'preact';
import { clockText, type Here } from '../model/moments.ts';

/** A moment by the viewer's zone, with the exact one for programs. */
export const Moment = ({
  iso,
  here,
  seconds = false,
}: {
  readonly iso: string;
  readonly here: Here;
  readonly seconds?: boolean;
}): JSX.Element => <time dateTime={iso}>{clockText(iso, here, seconds)}</time>;
