import { type JSX } from 'preact';
import { type ChangeView, type ValueView } from '../../view/changes.ts';
import { plainText } from '../model/text.ts';

/** One line for each record, since records come and go one by one. */
function lines(value: ValueView | null, other: ValueView | null): readonly string[] {
  if (value === null) return [];
  const same = other?.ttl === value.ttl ? new Set(other.rdata) : new Set<string>();
  return value.rdata.filter(one => !same.has(one)).map(one => `${one} (TTL ${String(value.ttl)})`);
}

const kinds: Readonly<Record<ChangeView['kind'], string>> = {
  ttl: 'another TTL',
  modify: 'other records',
  create: 'is created',
  delete: 'is removed',
};

const Change = ({ change }: { readonly change: ChangeView }): JSX.Element => {
  const { key, kind, before, after } = change;
  return (
    <li class="diff-set">
      <p class="diff-key">
        <code>{plainText(key, 300)}</code> <span class="quiet">{kinds[kind]}</span>
      </p>
      {lines(before, after).map(line => (
        <del class="diff-line diff-gone" key={line}>
          <span>− removes </span>
          {plainText(line, 400)}
        </del>
      ))}
      {lines(after, before).map(line => (
        <ins class="diff-line diff-new" key={line}>
          <span>+ writes </span>
          {plainText(line, 400)}
        </ins>
      ))}
    </li>
  );
};

/** What the zone gets, RRset by RRset, in the order of the writes. */
export const Diff = ({ writes }: { readonly writes: readonly ChangeView[] }): JSX.Element =>
  writes.length === 0 ? (
    <p class="quiet">Nothing is written to the zone because of this.</p>
  ) : (
    <ol class="diff" aria-label="What the zone gets">
      {writes.map(change => (
        <Change change={change} key={change.key} />
      ))}
    </ol>
  );
