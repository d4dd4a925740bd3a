import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { pageLimits } from '../../limits/page.ts';
import { mapPoints, type AnswerRow, type PlaceRow } from '../model/places.ts';
import { type MapPoint } from '../model/props.ts';
import type * as map from '../parts/world-map.tsx';
import { ask } from './ask.ts';

type Chunk = Pick<typeof map, 'WorldMap'>;

/** Pages of the list of resolvers, one after the other; 200 rows are the most that a page has. Null: not now. */
async function allPlaces(after: string | null): Promise<readonly PlaceRow[] | null> {
  const cursor = after === null ? '' : `&after=${encodeURIComponent(after)}`;
  const answer = await ask({ method: 'GET', path: `/api/v1/resolvers?limit=200${cursor}` });
  if (answer.is === 'problem') return null;
  const { resolvers, next } = answer.body as {
    readonly resolvers: readonly PlaceRow[];
    readonly next: string | null;
  };
  if (next === null) return resolvers;
  const more = await allPlaces(next);
  return more === null ? null : [...resolvers, ...more];
}

async function answersOf(cutover: string): Promise<readonly AnswerRow[] | null> {
  const path = `/api/v1/cutovers/${encodeURIComponent(cutover)}/propagation`;
  const answer = await ask({ method: 'GET', path });
  if (answer.is === 'problem') return null;
  return (answer.body as { readonly resolvers: readonly AnswerRow[] }).resolvers;
}

const failed = 'The map could not be fetched; the table above says the same.';

/** The map with what it needs, fetched when it is wanted and looked at again while it is open. */
export function World({ cutover }: { readonly cutover: string }): JSX.Element {
  const [chunk, setChunk] = useState<Chunk | null>(null);
  const [points, setPoints] = useState<readonly MapPoint[] | null>(null);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    let places: readonly PlaceRow[] | null = null;
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      places ??= await allPlaces(null);
      const answers = await answersOf(cutover);
      setTrouble(answers === null ? failed : '');
      // Without the list nobody's place is known; it is asked for again with the next look.
      if (answers !== null) setPoints(mapPoints(answers, places ?? []));
    };
    import('../parts/world-map.tsx').then(setChunk, () => {
      setTrouble(failed);
    });
    void look();
    const timer = setInterval(() => void look(), pageLimits.mapLookMs);
    return () => {
      clearInterval(timer);
    };
  }, [cutover]);
  if (trouble !== '') return <p class="quiet">{trouble}</p>;
  if (chunk === null || points === null) return <p class="quiet">The map is on its way.</p>;
  return <chunk.WorldMap points={points} />;
}
