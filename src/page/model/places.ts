import { type MapPoint } from './props.ts';
import { looks, type Look } from './shape.ts';

/** Of `GET /cutovers/{id}/propagation` what a map needs of a resolver. */
export interface AnswerRow {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string | null;
  readonly anycast: boolean | null;
  /** Null: not asked yet. */
  readonly verdict: string | null;
}

/** Of `GET /resolvers` where it stands. */
export interface PlaceRow {
  readonly id: string;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly anycast?: boolean | undefined;
}

/** What each resolver answers, and where it stands as far as a list knows. */
export function mapPoints(
  answers: readonly AnswerRow[],
  places: readonly PlaceRow[],
): readonly MapPoint[] {
  const known = new Map(places.map(one => [one.id, one]));
  return answers.map(({ id, name, operator, country, anycast, verdict }) => {
    const place = known.get(id);
    return {
      ...{ id, name, operator, country, verdict },
      ...{ latitude: place?.latitude ?? null, longitude: place?.longitude ?? null },
      anycast: anycast ?? place?.anycast ?? false,
    };
  });
}

export interface Legend extends Look {
  readonly word: string;
}

const legends: Readonly<Record<string, Legend>> = {
  new: { word: 'new', shape: 'new', tone: 'new' },
  old: { word: 'old', shape: 'old', tone: 'old' },
  mixed: { word: 'old and new', shape: 'mixed', tone: 'mixed' },
  other: { word: 'something else', shape: 'other', tone: 'bad' },
};

const cannotTell: Legend = { word: 'cannot tell', ...looks.cannotTell };

/** How a verdict looks on the map; whatever tells nothing looks alike. */
export const legendOf = ({ verdict }: Pick<MapPoint, 'verdict'>): Legend =>
  legends[verdict ?? ''] ?? cannotTell;

/** All of them, in the order of the legend. */
export const legendList: readonly Legend[] = [...Object.values(legends), cannotTell];

/** Those that stand in one known place, and those whose place nobody knows. */
export function placed(points: readonly MapPoint[]): {
  readonly here: readonly (MapPoint & { readonly latitude: number; readonly longitude: number })[];
  readonly anycast: readonly MapPoint[];
  readonly unknown: number;
} {
  const still = points.filter(({ anycast }) => !anycast);
  const here = still.flatMap(one =>
    one.latitude === null || one.longitude === null
      ? []
      : [{ ...one, latitude: one.latitude, longitude: one.longitude }],
  );
  return { here, anycast: points.filter(one => one.anycast), unknown: still.length - here.length };
}
