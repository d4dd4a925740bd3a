import { makeServer } from '../../api/server.ts';
import { isoText } from '../../view/words.ts';
import { type Context } from '../context.ts';
import { type Run } from '../spec.ts';
import { type Address, hostText, isWildcard } from './address.ts';
import { readCertificate } from './certificate.ts';
import { listen } from './listening.ts';
import { serverLog } from './log.ts';
import { serveOptions, type ServeOptions } from './options.ts';
import { assemble, type Parts } from './parts.ts';
import { keepRunning } from './running.ts';

/** Where it is reached from this machine, or by the first name that it was given. */
function pageUrl({ tls, settings }: ServeOptions, { host, port }: Address): string {
  const named = settings.hosts.find(name => !/^(?:localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(name));
  const proxied = tls === null && settings.proxies.length > 0;
  if (named !== undefined && proxied) return `https://${named}/`;
  const own = named ?? (isWildcard(host) ? 'localhost' : hostText(host));
  const scheme = tls === null ? 'http' : 'https';
  return `${scheme}://${/:\d+$/.test(own) ? own : `${own}:${String(port)}`}/`;
}

function tellStart(
  { terminal, json, places }: Context,
  { at, page, first }: { at: Address; page: string; first: Parts['first'] },
): void {
  const listening = `${hostText(at.host)}:${String(at.port)}`;
  if (json) {
    const tokenFile = first?.path ?? null;
    terminal.out(JSON.stringify({ listening, page, pid: process.pid, tokenFile }));
    return;
  }
  terminal.out(`listening on ${listening}, with the store of ${places.state}`);
  terminal.out(`page  ${page}`);
  terminal.out(`API   ${page}api/v1, described in ${page}openapi.json`);
  if (first !== null)
    terminal.out(`The first token is in ${first.path}, good until ${isoText(first.expiresAt)}.`);
}

export const run: Run = async (context, input) => {
  const { terminal, signal } = context;
  const options = serveOptions(input);
  const tls = options.tls === null ? null : await readCertificate(options.tls, Date.now());
  for (const text of tls?.warnings ?? []) terminal.talk(`warning: ${text}`);
  const { kit, first } = await assemble(context, { input, settings: options.settings });
  const server = await makeServer(kit, { log: serverLog(terminal), tls });
  try {
    const at = await listen(server, options.at);
    tellStart(context, { at, page: pageUrl(options, at), first });
    await keepRunning({ server, kit, signal });
  } finally {
    await server.close();
  }
  terminal.talk('ended; every cutover can go on at any time: dns-cutover serve, or start');
  return 0;
};
