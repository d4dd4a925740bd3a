import { pageLimits } from '../../limits/page.ts';

/** Says what changed, and no more often than somebody can listen to it. */
export interface Announcer {
  /** What is to be read out now; stays the same until the next is due. */
  readonly said: (sentence: string, steady: number) => string;
}

/** `first` is what the page said when it was loaded: a screen reader has read that by itself. */
export function announcer(first: string): Announcer {
  let [latest, told, toldAt] = [first, '', -Infinity];
  return {
    said: (sentence, steady) => {
      if (sentence !== latest && steady - toldAt >= pageLimits.announceMs)
        [latest, told, toldAt] = [sentence, sentence, steady];
      return told;
    },
  };
}
