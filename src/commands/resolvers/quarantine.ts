import { readFile } from 'node:fs/promises';
import { type Resolver } from '../../propagation/watched.ts';
import { Fault } from '../../errors.ts';
import { canBeAsked, type TestedResolver } from '../../view/resolvers/text.ts';
import { replaceFile } from '../../machine/replace-file.ts';

/** In every file of this kind, so that no other is replaced. */
const about =
  'Quarantine: resolvers that a test found unfit. Leave them out with except, or with a hyphen before the path; `resolvers test --quarantine` writes it anew.';

/**
 * Writes the rows of those that cannot be asked, in the place of an earlier such file.
 * @throws Fault USAGE where something else is there
 */
export async function writeQuarantine(
  file: string,
  rows: readonly { readonly resolver: Resolver; readonly tested: TestedResolver }[],
): Promise<number> {
  await refuseOther(file);
  const resolvers = rows
    .filter(({ tested }) => !canBeAsked(tested))
    .map(({ resolver: { id, addresses, port }, tested: { verdict, remarks } }) => ({
      ...{ id, addresses, port },
      note: [verdict, ...remarks].join('; ').slice(0, 500),
    }));
  await replaceFile(file, `${JSON.stringify({ about, resolvers }, null, 2)}\n`);
  return resolvers.length;
}

/** A list that somebody wrote is not to be lost by a slip of the pen. */
export async function refuseOther(file: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new Fault('USAGE', error instanceof Error ? error.message : String(error), {
      where: file,
      fix: 'name a file that can be written',
    });
  }
  if (text.includes(JSON.stringify(about))) return;
  throw new Fault('USAGE', 'the file exists and is no quarantine; it was left as it is', {
    where: file,
    fix: 'name another one with --quarantine, or move it away',
  });
}
