import { isFault } from '../errors.ts';
import { type Config } from './config.ts';
import { nearest } from './nearest.ts';
import { type Problem, problemsFault, show } from './problem.ts';
import { isFileName, isPreset, presets, readList } from './resolver-list.ts';
import { loadResolvers } from './resolvers.ts';

/**
 * Reads every list of resolvers that the configuration names, for `validate`, and before anything is
 * started. What was started goes on without: a rollback must not wait for a list.
 * @throws Fault CONFIG with every list that cannot be used, at its place in the configuration
 */
export async function checkResolverLists(config: Config): Promise<void> {
  const problems: Problem[] = [];
  const known = new Map<string, Promise<Omit<Problem, 'where'> | null>>();
  for (const [index, { policy }] of config.orders.entries()) {
    const list = policy.watch.resolvers;
    if (isPreset(list)) continue;
    const path = ['cutovers', index, 'watch', 'resolvers'];
    const resolvers = config.complete.cutovers[index]?.watch.resolvers ?? list;
    const written = typeof resolvers === 'string' ? resolvers : resolvers.join(',');
    const trouble = known.get(list) ?? troubleOf(list, written);
    known.set(list, trouble);
    const problem = await trouble;
    if (problem !== null) problems.push({ where: config.document.where(path), ...problem });
  }
  if (problems.length > 0) throw problemsFault(config.file, problems);
}

async function troubleOf(file: string, written: string): Promise<Omit<Problem, 'where'> | null> {
  try {
    await loadResolvers(file);
    return null;
  } catch (error) {
    if (!isFault(error, 'CONFIG')) throw error;
    const words = readList(written).from.filter(part => !isPreset(part) && !isFileName(part));
    const meant = words.map(word => nearest(word, presets)).find(word => word !== null) ?? null;
    return {
      found: show(written),
      expected: 'default, core, none or the path of a list of resolvers',
      message: `the list of resolvers cannot be used: ${error.message}`,
      fix: meant === null ? (error.fix ?? 'Correct the list.') : `Did you mean ${meant}?`,
    };
  }
}
