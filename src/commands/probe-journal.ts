import { type Sent } from '../cutover/mail/test-message.ts';
import { isFault } from '../errors.ts';
import { type Context } from './context.ts';

/** Where it is kept that a test message was sent. */
export interface TestJournal {
  readonly record: (sent: Sent) => Promise<void>;
}

/**
 * The journal of the cutover of this name, as long as that is open; null: nobody moves the domain, and there is
 * nowhere to keep it. What cannot be read is told before anything is sent. @throws Fault as the store or server says
 */
export async function testJournal(context: Context, name: string): Promise<TestJournal | null> {
  const { terminal, user, remote } = context;
  if (!context.hasStore()) return null;
  const app = await context.app();
  const cutover = await app.find(name);
  if (cutover?.outcome !== null) {
    if (remote !== undefined)
      terminal.talk(`no cutover of ${name} is open there: test messages are not recorded`);
    return null;
  }
  const { id } = cutover;
  return {
    record: async what => {
      try {
        await app.act(id, { type: 'observe', what, reason: null }, { name: user });
        terminal.talk(`recorded in the journal of ${id}`);
      } catch (error) {
        // It is sent, and what was seen of the hosts is to be told all the same.
        if (!isFault(error) || error.code === 'ABORTED') throw error;
        const fix = error.fix === undefined ? '' : `: ${error.fix}`;
        terminal.talk(`it is not recorded in the journal of ${id}: ${error.message}${fix}`);
      }
    },
  };
}
