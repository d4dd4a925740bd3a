import { geoEqualEarth, geoGraticule10, geoPath } from 'd3-geo';
import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import land from 'world-atlas/land-110m.json' with { type: 'json' };
import { legendList, legendOf, placed } from '../model/places.ts';
import { type MapPoint } from '../model/props.ts';
import { plainText } from '../model/text.ts';
import { Mark, markPath } from './mark.tsx';

const [width, height] = [960, 470];
const projection = geoEqualEarth().fitExtent(
  [
    [4, 4],
    [width - 4, height - 4],
  ],
  { type: 'Sphere' },
);

interface Land extends Topology {
  readonly objects: { readonly land: GeometryCollection };
}

/** Natural Earth, by way of world-atlas; a file of its own that is fetched when a map is wanted. */
function outlines(): { readonly sphere: string; readonly grid: string; readonly land: string } {
  const path = geoPath(projection).digits(1);
  const topology = land as unknown as Land;
  return {
    sphere: path({ type: 'Sphere' }) ?? '',
    grid: path(geoGraticule10()) ?? '',
    land: path(feature(topology, topology.objects.land)) ?? '',
  };
}

type Placed = ReturnType<typeof placed>['here'][number];

function Dot({ point }: { readonly point: Placed }): JSX.Element | null {
  const at = projection([point.longitude, point.latitude]);
  if (at === null) return null;
  const { shape, tone, word } = legendOf(point);
  const [x, y] = at.map(value => Math.round(value * 10) / 10);
  const { d, filled } = markPath(shape);
  return (
    <g
      class={`map-dot tone-${tone}`}
      transform={`translate(${x ?? 0} ${y ?? 0}) scale(0.8) translate(-8 -8)`}
    >
      <title>{`${plainText(point.name, 80)}: ${word}`}</title>
      <path class="map-halo" d={d} />
      <path class={filled === true ? 'mark-fill' : 'mark-line'} d={d} />
    </g>
  );
}

const Strip = ({ points }: { readonly points: readonly MapPoint[] }): JSX.Element => (
  <ul class="strip">
    {points.map(point => {
      const { word, ...look } = legendOf(point);
      return (
        <li key={point.id}>
          <Mark {...look} />
          {plainText(point.name, 60)} <span class="quiet">{word}</span>
        </li>
      );
    })}
  </ul>
);

/** Where resolvers stand that stand in one place, and beside it those that stand everywhere. */
export function WorldMap({ points }: { readonly points: readonly MapPoint[] }): JSX.Element {
  const drawn = useMemo(outlines, []);
  const { here, anycast, unknown } = useMemo(() => placed(points), [points]);
  const counts = legendList.map(one => ({
    ...one,
    count: here.filter(point => legendOf(point).word === one.word).length,
  }));
  const world = here.length > 0 && (
    <>
      <svg
        class="map-drawing"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${here.length} resolvers on a map of the world: ${counts
          .map(({ word, count }) => `${count} ${word}`)
          .join(', ')}`}
      >
        <path class="map-sea" d={drawn.sphere} />
        <path class="map-grid" d={drawn.grid} />
        <path class="map-land" d={drawn.land} />
        {here.map(point => (
          <Dot key={point.id} point={point} />
        ))}
      </svg>
      <ul class="legend">
        {counts.map(({ word, count, ...look }) => (
          <li key={word}>
            <Mark {...look} />
            {word} {count}
          </li>
        ))}
      </ul>
    </>
  );
  return (
    <div class="map">
      {world || <p>No resolver of this list stands in one known place.</p>}
      <div class="map-aside">
        {anycast.length > 0 && (
          <>
            <h3>Anycast: many machines in many places, of which one is near you</h3>
            <Strip points={anycast} />
          </>
        )}
        {unknown > 0 && (
          <p class="quiet">
            {unknown} more {unknown === 1 ? 'stands' : 'stand'} nobody knows where.
          </p>
        )}
      </div>
    </div>
  );
}
