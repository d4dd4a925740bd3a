import { limits } from '../../limits.ts';
import { type Server } from '../server-type.ts';

/**
 * Whoever asks for much and takes nothing of it would keep one of the places for readers for ever. What is
 * still being made is not hurried: the time begins with the answer, and anew with whatever is taken of it.
 */
export function cutUnread(server: Server, unreadMs: number = limits.apiUnreadMs): void {
  server.addHook('onSend', async (_, { raw }) => {
    raw.setTimeout(unreadMs, () => {
      raw.destroy();
    });
  });
}
