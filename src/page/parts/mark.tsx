import { type JSX } from 'preact';
import { type Look, type Shape } from '../model/shape.ts';

interface Drawing {
  readonly d: string;
  /** Absent: it is a line. */
  readonly filled?: true;
}

/** Drawn in a square of 16; a stroke where the path is open, filled where it says so. */
const drawings: Readonly<Record<Shape, Drawing>> = {
  new: { d: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z', filled: true },
  done: { d: 'M2.5 8.5 6.5 12.5 13.5 4' },
  going: { d: 'M8 2a6 6 0 1 1-6 6M8 5v3l2 2' },
  waiting: { d: 'M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z', filled: true },
  person: { d: 'M8 1.5 15 14.5H1zM8 6v4m0 1.5v1.2' },
  stop: { d: 'M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5zM5 8h6' },
  pause: { d: 'M4 2.5h2.6v11H4zm5.4 0H12v11H9.4z', filled: true },
  back: { d: 'M14 8H3m5-5.5L2.5 8 8 13.5' },
  fail: { d: 'm3 3 10 10M13 3 3 13' },
  unknown: { d: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z' },
  old: { d: 'M8 1.5 14.5 8 8 14.5 1.5 8z' },
  raised: { d: 'M8 2 14.5 13.5h-13z', filled: true },
  stale: { d: 'M2.5 2.5h11v11h-11z', filled: true },
  mixed: { d: 'M8 2A6 6 0 0 1 8 14zM8 2a6 6 0 0 0 0 12v-1.2a4.8 4.8 0 0 1 0-9.6z', filled: true },
  again: { d: 'M13 8a5 5 0 1 1-1.7-3.8M11.5 1v3.6H8' },
  other: { d: 'M2.5 2.5h11v11h-11zM2.5 13.5l11-11' },
};

export const markPath = (shape: Shape): Drawing => drawings[shape];

/** A shape in its colour; whoever uses it says the same in words beside it. */
export function Mark({ shape, tone }: Look): JSX.Element {
  const { d, filled } = drawings[shape];
  return (
    <svg class={`mark tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path class={filled === true ? 'mark-fill' : 'mark-line'} d={d} />
    </svg>
  );
}
