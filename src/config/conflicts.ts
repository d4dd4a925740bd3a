import { type Edit, type Order } from '../cutover/order.ts';
import { displayName } from '../dns/name.ts';
import { keyText } from '../dns/rrset.ts';
import { type Problem } from './problem.ts';

/** The edits of an order, list by list, in the order in which they are written. */
const listsOf = ({ prepare, steps, afterwards }: Order): readonly (readonly Edit[])[] => [
  prepare,
  ...steps.map(({ edits }) => edits),
  afterwards,
];

/**
 * A CNAME stands alone at its name (RFC 1034 3.6.2). The lists are played through, so that a step
 * may remove a CNAME and put other records in its place.
 */
export function cnameConflicts(order: Order): readonly Problem[] {
  const problems: Problem[] = [];
  const present = new Map<string, Map<string, Edit>>();
  for (const edits of listsOf(order)) {
    for (const edit of edits) {
      const types = present.get(edit.name) ?? new Map<string, Edit>();
      if (edit.want.is === 'absent') types.delete(edit.type);
      else types.set(edit.type, edit);
      present.set(edit.name, types);
    }
    for (const name of new Set(edits.map(edit => edit.name))) {
      const types = present.get(name);
      const alias = types?.get('CNAME');
      const other = [...(types?.values() ?? [])].find(({ type }) => type !== 'CNAME');
      if (alias === undefined || other === undefined) continue;
      problems.push({
        where: edits.includes(alias) ? alias.where : other.where,
        found: `CNAME and ${other.type} at ${displayName(name)}`,
        expected: 'a CNAME alone at its name (RFC 1034 3.6.2)',
        fix: `Remove one of the two, or make the other one absent in the same list.`,
      });
      types?.delete('CNAME');
    }
  }
  return problems;
}

/** RRsets that two cutovers write: each would undo the other. */
export function sharedRRsets(orders: readonly Order[]): readonly Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, { readonly order: Order; readonly edit: Edit }>();
  for (const order of orders)
    for (const edit of listsOf(order).flat()) {
      const key = keyText(edit);
      const first = owners.get(key);
      if (first === undefined) owners.set(key, { order, edit });
      else if (first.order !== order)
        problems.push({
          where: edit.where,
          found: `${key}, which the cutover of ${displayName(first.order.domain)} writes as well (${first.edit.where})`,
          expected: 'each RRset in one cutover',
          fix: 'Remove it from one of the two.',
        });
    }
  return problems;
}
