import { resolve } from 'node:path';
import { Fault } from '../errors.ts';
import { textOption } from './parse.ts';
import { type CommandSpec, type Input, type OptionSpec } from './spec.ts';

const ask = 'ask the dns-cutover serve there';

const tokenFile: OptionSpec = {
  flags: '--token-file <file>',
  description: 'the file with a token of it (default: DNS_CUTOVER_TOKEN_FILE)',
};

/** Given to the commands that a server can be asked for; what looks from here goes by the option alone. */
export const remoteOptions = ({ remote }: Pick<CommandSpec, 'remote'>): readonly OptionSpec[] => {
  if (remote === undefined) return [];
  const description = remote === 'asked' ? ask : `${ask} (default: DNS_CUTOVER_SERVER)`;
  return [{ flags: '--server <url>', description }, tokenFile];
};

/** Which server is asked, and as whom. */
export interface RemoteTerms {
  readonly server: URL;
  readonly tokenFile: string;
}

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** As in a URL: an address of version 6 stands in brackets there. */
const ownMachine = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function serverOf(text: string, where: string): URL {
  const form = 'write https://HOST, or http://127.0.0.1:8053 on the machine itself';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw usage(where, 'this is no address of a server', form);
  if (url.username !== '' || url.password !== '')
    throw usage(
      where,
      'a secret does not belong into an address',
      'name it with --token-file FILE',
    );
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw usage(where, 'a server has no path here', `write ${url.origin}`);
  if (url.protocol === 'http:' && !ownMachine.test(url.hostname))
    throw usage(
      where,
      'the token and all that is asked would be readable on the way',
      'write https:// (the server needs TLS, or a proxy that has it), or forward its port: ssh -L 8053:127.0.0.1:8053 HOST, then http://127.0.0.1:8053',
    );
  return url;
}

/**
 * Which server a command is to ask; null: none, this machine does it. A command that works on this machine
 * only takes no notice of the environment, and refuses the option; one that looks from here in any case takes
 * the option alone. @throws Fault USAGE
 */
export function remoteTerms(
  { remote }: CommandSpec,
  input: Input,
  env: Readonly<Record<string, string | undefined>>,
): RemoteTerms | null {
  if (remote === undefined) return null;
  const given = textOption(input, 'server');
  const text = given ?? (remote === true ? env['DNS_CUTOVER_SERVER'] : undefined) ?? '';
  const file = textOption(input, 'tokenFile');
  if (text === '') {
    if (file === null) return null;
    throw usage('--token-file', 'a token of which server?', 'add --server URL');
  }
  const server = serverOf(text, given === null ? 'DNS_CUTOVER_SERVER' : '--server');
  const tokenFile = file ?? env['DNS_CUTOVER_TOKEN_FILE'] ?? '';
  if (tokenFile === '')
    throw usage(
      '--token-file',
      'a server is asked with a token',
      'add --token-file FILE, or set DNS_CUTOVER_TOKEN_FILE; dns-cutover token create makes a token there',
    );
  return { server, tokenFile: resolve(tokenFile) };
}
