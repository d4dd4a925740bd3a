import { type CompiledQuery, type Kysely } from 'kysely';
import { Fault } from '../errors.ts';
import { type Tables } from './sql-tables.ts';

/** A place in a query that is compiled once and filled at each execution. */
export const slot = (name: string): never => `:${name}` as never;

/** The query with `values` in its slots, by name, wherever the compiler put them. */
export function fill<Result>(
  query: CompiledQuery<Result>,
  values: Readonly<Record<string, string | number | null>>,
): CompiledQuery<Result> {
  const parameters = query.parameters.map(parameter => {
    if (typeof parameter !== 'string' || !parameter.startsWith(':')) return parameter;
    const value = values[parameter.slice(1)];
    if (value === undefined) throw new Fault('BUG', `no value for ${parameter} of ${query.sql}`);
    return value;
  });
  return { ...query, parameters };
}

/** What every save runs. Building and compiling these each time costs more than running them. */
export const compileStatements = (db: Kysely<Tables>) => ({
  advance: db
    .updateTable('cutover')
    .set(({ eb, fn }) => ({
      domain: slot('domain'),
      open: slot('open'),
      seq: slot('seq'),
      // A save without lines stores a state that was folded anew: the chain's end stays.
      hash: fn.coalesce(eb.val<string>(slot('hash')), 'hash'),
      state: slot('state'),
      fold: slot('fold'),
    }))
    .where('id', '=', slot('id'))
    .where('seq', '=', slot('before'))
    // Acts of persons carry no fence.
    .where(({ eb, fn }) => eb('fence', '=', fn.coalesce(eb.val<number>(slot('fence')), 'fence')))
    .compile(),
  raiseHead: db
    .updateTable('store')
    .set(({ eb }) => ({ head: eb('head', '+', slot('by')) }))
    .returning('head')
    .compile(),
  addLine: db
    .insertInto('journal')
    .values({
      ...{ n: slot('n'), cutover: slot('cutover'), seq: slot('seq'), v: slot('v') },
      ...{ at: slot('at'), type: slot('type'), actor: slot('actor'), cause: slot('cause') },
      ...{ data: slot('data'), hash: slot('hash') },
    })
    .compile(),
  claims: db.selectFrom('managed').select('rrset').where('cutover', '=', slot('id')).compile(),
});

export type Statements = ReturnType<typeof compileStatements>;
