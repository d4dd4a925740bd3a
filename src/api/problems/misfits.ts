import { type FastifyError } from 'fastify';

type Found = NonNullable<FastifyError['validation']>[number];

/** Of the kinds of a union, what was found wrong with each that was tried. */
function branchesOf(union: Found, all: readonly Found[]): readonly (readonly Found[])[] {
  const inside = all.filter(
    one =>
      one.schemaPath.startsWith(`${union.schemaPath}/`) &&
      one.instancePath.startsWith(union.instancePath),
  );
  const numberOf = ({ schemaPath }: Found): string =>
    schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
  return [...Map.groupBy(inside, numberOf).values()];
}

/** The member that names the kind is another one: this branch was not meant. */
const tagOf = (union: Found, branch: readonly Found[]): Found | undefined =>
  branch.find(({ keyword, schemaPath }) => {
    const [, ...steps] = schemaPath.slice(union.schemaPath.length + 1).split('/');
    return keyword === 'const' && steps.length === 3 && steps[0] === 'properties';
  });

const same = (one: Found, other: Found): boolean =>
  one.instancePath === other.instancePath && one.message === other.message;

/** What is wrong with the kind that was meant; where none is named, what is wrong by each of them. */
function meant(union: Found, branches: readonly (readonly Found[])[]): readonly Found[] {
  const tags = branches.map(branch => tagOf(union, branch));
  const [tag] = tags.flatMap(found => found ?? []);
  if (tag === undefined) {
    const [first = [], ...others] = branches;
    return first.filter(one => others.every(branch => branch.some(other => same(one, other))));
  }
  const named = branches.filter((_, index) => tags[index] === undefined);
  if (named.length > 0) return named.flat();
  const allowed = tags.map(found => JSON.stringify(found?.params['allowedValue']));
  return [{ ...tag, message: `must be one of ${allowed.join(', ')}` }];
}

/**
 * Whoever gets one member of an act wrong is told of that, and not of what each other act would have wanted
 * in its place: a validator tries every kind of a union, and reports them all.
 */
function narrowed(all: readonly Found[]): readonly Found[] {
  const unions = all
    .filter(({ keyword }) => keyword === 'anyOf')
    .toSorted((one, other) => other.schemaPath.length - one.schemaPath.length);
  return unions.reduce((left, union) => {
    const branches = branchesOf(union, left);
    const kept = meant(union, branches);
    if (kept.length === 0) return left;
    const dropped = new Set([union, ...branches.flat()]);
    return [...left.filter(one => !dropped.has(one)), ...kept];
  }, all);
}

/** What validation found, each by the place in the request where it stands. */
export const misfits = ({ validation = [], validationContext = 'body' }: FastifyError) =>
  narrowed(validation).map(({ instancePath, message = 'is wrong', params }) => {
    const extra = params['additionalProperty'];
    const said = typeof extra === 'string' ? `must not have ${JSON.stringify(extra)}` : message;
    return { path: `/${validationContext}${instancePath}`, message: said };
  });
