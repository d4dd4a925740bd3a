import { type ComponentChildren, type JSX } from 'preact';

/**
 * The world beside the table: closed until somebody wants it, and fetched only then. Share links have no list
 * of resolvers, and so no map.
 */
export const MapTab = ({
  map,
  onMap,
}: {
  readonly map?: ComponentChildren;
  readonly onMap?: () => void;
}): JSX.Element => (
  <details
    class="panel map-tab"
    onToggle={({ currentTarget }) => {
      if (currentTarget.open) onMap?.();
    }}
  >
    <summary>
      <h2>World map</h2>
    </summary>
    {map ?? (
      <p class="quiet">
        Resolvers that stand in one place, on a map; the table says the same. The map is drawn by a
        script.
      </p>
    )}
  </details>
);
