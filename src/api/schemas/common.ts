import { type TSchema, Type } from 'typebox';

/** Nothing beside what is named: a slip of the pen must not pass for something that was left out. */
export const closed = { additionalProperties: false };

export const nullable = <Schema extends TSchema>(schema: Schema, options = {}) =>
  Type.Union([schema, Type.Null()], options);

/** A body whose members are named here as far as they are promised; more may come. */
export const open = { additionalProperties: true };

/** `{id}` of a path: the id of a cutover, or its domain for the newest one. */
export const cutoverParams = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The id of a cutover, or a domain: then its newest one.',
    }),
  },
  closed,
);

/** What a person says about an act; the journal keeps it. */
export const reasonSchema = nullable(Type.String({ maxLength: 1000 }), {
  description: 'Why, for the journal and the report.',
});

const acceptanceSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]{1,100}$', description: 'The id of a check.' }),
    subject: Type.Optional(
      nullable(Type.String({ minLength: 1, maxLength: 500 }), {
        description: 'Of which subject; null or left out: of every one.',
      }),
    ),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
  },
  { ...closed, description: 'Somebody takes responsibility for a finding.' },
);

export const acceptancesSchema = Type.Array(acceptanceSchema, { maxItems: 200 });

/** The same with null where no subject is named. */
export const acceptancesOf = (
  list: readonly {
    readonly id: string;
    readonly subject?: string | null;
    readonly reason: string;
  }[],
) => list.map(({ id, subject = null, reason }) => ({ id, subject, reason }));

/** An answer without a body. */
export const nothing = (description: string) =>
  Type.Unsafe<undefined>({ type: 'null', description });

/** A page of a list: how many rows, and after which one. */
export const pageQuery = {
  limit: Type.Optional(
    Type.String({
      pattern: '^(?:[1-9]|[1-9]\\d|1\\d\\d|200)$',
      description: 'Rows of a page, 1 to 200; 50 unless said.',
    }),
  ),
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: '`next` of the page before.' }),
  ),
};

const usualRows = 50;

/** How many rows a page has at most. */
export const pageSize = ({ limit }: { readonly limit?: string }): number =>
  limit === undefined ? usualRows : Number(limit);

/** A page of rows that are in the order of their ids (code units); `next` is null behind the last one. */
export function pageOf<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  asked: { readonly limit?: string; readonly after?: string },
): { readonly page: readonly Row[]; readonly next: string | null } {
  const { after } = asked;
  const left = after === undefined ? rows : rows.filter(row => idOf(row) > after);
  const page = left.slice(0, pageSize(asked));
  const last = page.at(-1);
  return { page, next: left.length > page.length && last !== undefined ? idOf(last) : null };
}

/** By code unit: no language decides about the order of a cursor. */
export const byText = (one: string, other: string): number =>
  one < other ? -1 : one > other ? 1 : 0;

/** A whole number in a query; its pattern was checked. */
export const wholeNumber = (description: string) =>
  Type.String({ pattern: '^\\d{1,15}$', description });
