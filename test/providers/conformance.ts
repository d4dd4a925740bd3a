import { describe } from 'vitest';
import { type Backend, type Opened, type Trouble } from './backend.ts';
import { comparing, readingAndWriting } from './promises-of-writes.ts';
import {
  clocks,
  findingTheZone,
  inventory,
  limitsAndForms,
  waitingAndFailing,
} from './promises-besides.ts';

export type { Backend, Opened, Trouble };

/**
 * What every provider promises, in the order in which somebody who writes a new one meets it: each
 * case needs only what the cases before it proved. Cases are left out by capability, or where the
 * backend has no way to provoke them; never by the provider's name.
 */
export function conformance(name: string, backend: Backend): void {
  const play = async (scene: (opened: Opened) => Promise<void>): Promise<void> => {
    const opened = await backend.open();
    try {
      await scene(opened);
    } finally {
      await opened.close();
    }
  };
  describe(`${name} keeps the promises of a provider`, () => {
    readingAndWriting(play);
    comparing(play);
    limitsAndForms(play);
    waitingAndFailing(play);
    findingTheZone(play);
    inventory(play);
    clocks(play);
  });
}
