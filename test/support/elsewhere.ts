import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

const encodings = {
  urlencoded: 'application/x-www-form-urlencoded',
  plain: 'text/plain',
  multipart: 'multipart/form-data',
};

/** A site of somebody else: forms that post to `action`, and no policy that holds its scripts back. */
export async function openElsewhere(
  action: string,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const forms = Object.entries(encodings).map(
    ([name, type]) =>
      `<form id="${name}" method="post" action="${action}" enctype="${type}">` +
      // As plain text it is JSON, with what a form adds in a field that nobody reads.
      `<input name='{"type":"pause","x":"' value='"}'><button>go</button></form>`,
  );
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>elsewhere</title>${forms.join('')}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
