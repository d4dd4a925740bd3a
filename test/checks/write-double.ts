import { type WriteInput } from '../../src/checks/write.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { Fault } from '../../src/errors.ts';
import { type Move, type Provider } from '../../src/provider.ts';
import { capabilities, plan, surveyAt } from './example.ts';

export type Answer = 'yes' | 'cannot-tell' | Fault;

export interface Double {
  readonly answer?: (moves: readonly Move[]) => Answer;
  readonly read?: () => Answer;
  readonly promises?: Partial<Capabilities>;
}

/** A provider that only tells whether it would write, and remembers what it was asked. */
export function double({ answer = () => 'yes', read = () => 'yes', promises = {} }: Double = {}) {
  const asked: (readonly Move[])[] = [];
  const never = async (): Promise<never> => {
    throw new Fault('BUG', 'nothing may be written here');
  };
  const provider: Provider = {
    name: 'onprem',
    capabilities: { ...capabilities, ...promises },
    zone: never,
    write: never,
    synced: never,
    read: async () => {
      const said = read();
      if (said instanceof Fault) throw said;
      return null;
    },
    writable: async moves => {
      asked.push(moves);
      const said = answer(moves);
      if (said instanceof Fault) throw said;
      return said;
    },
  };
  return { provider, asked };
}

export const at = (
  place: number,
  provider: Provider,
  changes: Partial<WriteInput> = {},
): WriteInput => ({
  plan,
  provider,
  places: place === 0 ? {} : Object.fromEntries(plan.tracks.map(({ key }) => [key, place])),
  step: Math.max(0, place - 1),
  hosted: surveyAt(place).hosted,
  claim: null,
  signal: new AbortController().signal,
  ...changes,
});
