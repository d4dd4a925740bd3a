import { limits } from '../../limits.ts';
import { problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';
import { budgetOf, isStream } from './budgets.ts';

/**
 * When too much is under way at once, those who only read are put off and those who act are not. A stream
 * lasts, takes no place here, and has bounds of its own.
 */
export function keepRoomForActs(server: Server): void {
  let underWay = 0;
  server.addHook('onRequest', async (request, { raw }) => {
    if (budgetOf(request) !== 'reads' || isStream(request)) return;
    if (underWay >= limits.apiReadsUnderWay)
      throw problemFault('overloaded', 'too many requests are under way', {
        fix: 'Try again in a second.',
        retryAfterMs: 1000,
      });
    underWay += 1;
    let counted = true;
    const done = (): void => {
      if (counted) underWay -= 1;
      counted = false;
    };
    // Whoever leaves before the answer closes without finishing.
    raw.once('finish', done);
    raw.once('close', done);
  });
}
