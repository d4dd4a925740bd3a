import { type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type CachesView } from '../../view/world/world.ts';
import { proxyText } from '../model/causes.ts';
import {
  clearsText,
  groupsOf,
  laggingCount,
  plainChoice,
  rowsAtFirst,
  type Choice,
  type Group,
} from '../model/lagging.ts';
import { type Here } from '../model/moments.ts';
import { looks } from '../model/shape.ts';
import { plainText } from '../model/text.ts';
import { LaggingRow } from './lagging-row.tsx';
import { Mark } from './mark.tsx';

const columns = ['Resolver', 'Operator', 'Where', 'Sees', 'TTL left', 'Clears in', 'Since', 'Why'];
const numbers = ['TTL left', 'Clears in', 'Since'];

type Chooses = (choice: Choice) => void;

const Controls = ({
  choice,
  choose,
}: {
  readonly choice: Choice;
  readonly choose: Chooses;
}): JSX.Element => (
  <form
    class="controls"
    role="search"
    aria-label="Resolvers that are not new"
    onSubmit={event => {
      event.preventDefault();
    }}
  >
    <label>
      Group by{' '}
      <select
        value={choice.by}
        onChange={({ currentTarget: { value } }) => {
          choose({ ...choice, by: value === 'operator' || value === 'country' ? value : 'cause' });
        }}
      >
        <option value="cause">cause</option>
        <option value="operator">operator</option>
        <option value="country">country</option>
      </select>
    </label>
    <label>
      Sort by{' '}
      <select
        value={choice.sort}
        onChange={({ currentTarget: { value } }) => {
          choose({ ...choice, sort: value === 'until' || value === 'name' ? value : 'attention' });
        }}
      >
        <option value="attention">attention</option>
        <option value="until">time left</option>
        <option value="name">name</option>
      </select>
    </label>
    <label>
      Filter{' '}
      <input
        type="search"
        value={choice.filter}
        maxLength={100}
        onInput={({ currentTarget: { value } }) => {
          choose({ ...choice, filter: value });
        }}
      />
    </label>
  </form>
);

/** Each cause with how many it holds up: what fits on one line is read first. */
const Causes = ({
  caches,
  here,
}: {
  readonly caches: CachesView;
  readonly here: Here;
}): JSX.Element => (
  <ul class="causes">
    {groupsOf({ ...caches, stragglers: [] }, plainChoice).map(group => (
      <li key={group.key} class="cause">
        <Mark {...group.look} />
        <span class="cause-count">{group.count}</span>
        <span>{group.title}</span>
        <span class="cause-until quiet">{clearsText(group, here)}</span>
      </li>
    ))}
  </ul>
);

interface RowsOf {
  readonly here: Here;
  /** Scripts run: there is something to press. */
  readonly awake: boolean;
}

const GroupHead = ({
  group,
  here,
}: {
  readonly group: Group;
  readonly here: Here;
}): JSX.Element => (
  <tr class="group-head">
    <th scope="rowgroup" colSpan={columns.length}>
      <span class={`group-title tone-${group.look.tone}`}>
        <Mark {...group.look} />
        {plainText(group.title, 80)} <span class="group-count">{group.count}</span>
      </span>
      <span class="group-until">{clearsText(group, here)}</span>
      {group.explanation !== null && (
        <details class="explain">
          <summary>What is that?</summary>
          <p>
            {group.explanation.means} <em>{group.explanation.remedy}</em>
          </p>
        </details>
      )}
    </th>
  </tr>
);

/** Those of a group; where nothing can be pressed and on paper all of them, else the others when somebody asks. */
function GroupRows({ group, here, awake }: RowsOf & { readonly group: Group }): JSX.Element {
  const [all, setAll] = useState(false);
  const more = awake ? group.rows.length - rowsAtFirst : 0;
  return (
    <tbody class={all || more <= 1 ? 'group' : 'group group-short'}>
      <GroupHead group={group} here={here} />
      {group.rows.map((one, index) => (
        <LaggingRow key={one.id} one={one} here={here} late={index >= rowsAtFirst} />
      ))}
      {more > 1 && (
        <tr class="group-more">
          <td colSpan={columns.length}>
            <button
              type="button"
              class="button button-small"
              aria-expanded={all}
              onClick={() => {
                setAll(!all);
              }}
            >
              {all ? `Only the first ${String(rowsAtFirst)}` : `${String(more)} more`}
              <span class="spoken"> of {plainText(group.title, 80)}</span>
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

const Rows = ({
  groups,
  here,
  awake,
}: RowsOf & { readonly groups: readonly Group[] }): JSX.Element => (
  <div class="scroll" role="region" aria-label="Resolvers that are not new, each" tabIndex={0}>
    <table class="table table-lagging">
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column} scope="col" {...(numbers.includes(column) && { class: 'number' })}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map(group => (
        <GroupRows key={group.key} group={group} here={here} awake={awake} />
      ))}
    </table>
  </div>
);

interface LaggingProps {
  readonly caches: CachesView;
  readonly here: Here;
  /** Scripts run: there is something to choose with. */
  readonly awake: boolean;
  /** Where all of them are told. */
  readonly all: string;
}

/** Who still sees old, why, and until when. */
export function Lagging({ caches, here, awake, all }: LaggingProps): JSX.Element {
  const [choice, choose] = useState<Choice>(plainChoice);
  const groups = useMemo(() => groupsOf(caches, choice), [caches, choice]);
  const count = laggingCount(caches);
  const named = caches.stragglers.length;
  return (
    <section class="panel" aria-labelledby="lagging-title">
      <div class="panel-head">
        <h2 id="lagging-title">
          Not new yet <span class="count">{count}</span>
        </h2>
        {awake && count > 0 && <Controls choice={choice} choose={choose} />}
      </div>
      {count === 0 ? (
        <p>
          <Mark {...looks.well} /> Every resolver that was heard answers new.
        </p>
      ) : (
        <>
          <Causes caches={caches} here={here} />
          <Rows groups={groups} here={here} awake={awake} />
        </>
      )}
      {named < count && (
        <p class="quiet">
          {named} of {count} are named here, what needs attention first:{' '}
          <a href={all}>all of them</a>.
        </p>
      )}
      {caches.distrust !== undefined && (
        <p>
          No share is shown: {plainText(caches.distrust.why)}. To mend it:{' '}
          {plainText(caches.distrust.remedy)}.
        </p>
      )}
      <p class="quiet proxy">{proxyText(caches)}</p>
    </section>
  );
}
