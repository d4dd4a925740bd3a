import { once } from 'node:events';

type Fields = Readonly<Record<string, unknown>>;

/** A line to a browser, by the protocol of its own developer tools. */
export interface Wire {
  readonly ask: (method: string, params: Fields, sessionId?: string) => Promise<Fields>;
  readonly hang: () => void;
}

interface Reply {
  readonly id?: number;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

/** The line to the browser itself, over which its pages are reached as well. */
export async function openWire(url: string): Promise<Wire> {
  const socket = new WebSocket(url);
  const open = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) open.get(reply.id)?.(reply);
  });
  await once(socket, 'open');
  return {
    ask: async (method, params, sessionId) => {
      const id = (asked += 1);
      const { promise, resolve } = Promise.withResolvers<Reply>();
      open.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
      const { result, error } = await promise;
      open.delete(id);
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result ?? {};
    },
    hang: () => {
      socket.close();
    },
  };
}
