import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * About how many seconds these take on two processors. Whatever begins last is waited for alone, and without a
 * word vitest goes by the size of a file, which says nothing about how long a cache or a gate is waited for.
 */
const seconds: Readonly<Record<string, number>> = {
  'simulation/simulation': 150,
  'realnet/clouds-trouble': 130,
  'simulation/crash': 110,
  'realnet/kill': 108,
  'realnet/cutover': 105,
  'realnet/edits': 98,
  'browser/lost': 90,
  'realnet/mail-rollback': 85,
  'realnet/two-processes': 80,
  'realnet/clouds': 78,
  'browser/states': 75,
  'realnet/rollback': 73,
  'browser/live': 62,
  'browser/acting': 55,
  'simulation/mutants': 50,
  'simulation/watch-mutants': 45,
  'realnet/truth': 64,
  'realnet/mail-blind': 60,
  'realnet/watched': 58,
  'cutover/step': 29,
  'providers/toy': 27,
  'commands/propagation/propagation': 26,
  'realnet/serve': 25,
  'store/sqlite-processes': 25,
  'config/fuzz': 24,
  'rehearsal/rehearse': 23,
  'commands/lazy': 22,
  'realnet/serve-twins': 20,
  'cutover/scenarios': 18,
};

const secondsOf = ({ moduleId }: TestSpecification): number =>
  seconds[/\/test\/(.+)\.test\.ts$/.exec(moduleId)?.[1] ?? ''] ?? 0;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => secondsOf(other) - secondsOf(one));
  }
}
