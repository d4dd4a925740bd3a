import { type FastifyRequest } from 'fastify';
import { limits } from '../../limits.ts';
import { malformed, problemFault } from '../problems/problem.ts';
import { type Server } from '../server-type.ts';

const wrong = (message: string) => malformed([{ path: '/body', message }]);

/** Names that reach into prototypes where somebody copies an object carelessly (CWE-1321). */
const forbiddenNames = ['__proto__', 'constructor', 'prototype'];

/** Of text that is JSON: strings, and what makes its shape. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/**
 * Refuses what JSON allows and readers understand differently: a name that stands twice (RFC 8259 4),
 * halves of characters, NUL, nesting without end. The text is JSON already.
 */
function refuseOdd(text: string): void {
  /** Names seen in each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let last: string | null = null;
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > limits.apiBodyDepth)
        throw wrong(`is nested deeper than ${limits.apiBodyDepth}`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') addName(open.at(-1) ?? null, last ?? '');
    else if (token !== ',') {
      last = String(JSON.parse(token));
      if (!last.isWellFormed()) throw wrong('holds half a character (RFC 8259 8.2)');
      if (last.includes('\0')) throw wrong('holds a NUL');
    }
  }
}

function addName(names: Set<string> | null, name: string): void {
  if (forbiddenNames.includes(name)) throw wrong(`must not have ${JSON.stringify(name)}`);
  if (names?.has(name) === true) throw wrong(`has ${JSON.stringify(name)} twice`);
  names?.add(name);
}

/** JSON is UTF-8 without a byte order mark (RFC 8259 8.1), whatever else the sender says. */
function textOf({ headers }: FastifyRequest, body: Buffer): string {
  const [, charset = 'utf-8'] = /charset="?([^";\s]*)/i.exec(headers['content-type'] ?? '') ?? [];
  if (charset.toLowerCase() !== 'utf-8')
    throw problemFault('unsupported-media-type', 'JSON is sent in UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw wrong('is no UTF-8');
  }
}

function valueOf(text: string): unknown {
  if (text.startsWith('\uFEFF')) throw wrong('begins with a byte order mark (RFC 8259 8.1)');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the body, and a body may hold a secret.
    throw wrong('is no JSON');
  }
  refuseOdd(text);
  return value;
}

/** Whether a body follows the headers (RFC 9112 6). */
const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** What is packed is not unpacked: a small body could become one without end. The head says what is taken (RFC 9110 15.5.16). */
function refusePacked(server: Server): void {
  server.addHook('preParsing', async (request, reply) => {
    const coding = request.headers['content-encoding'] ?? 'identity';
    if (request.is404 || coding.toLowerCase() === 'identity' || !hasBody(request)) return;
    reply.header('accept-encoding', 'identity');
    throw problemFault('unsupported-media-type', 'the body has a Content-Encoding', {
      fix: 'Send it as it is, without Content-Encoding.',
    });
  });
}

/** Only JSON is read: no text, which a form of another site can send, and nothing by guessing. */
export function readBodies(server: Server): void {
  refusePacked(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      body.length === 0 ? undefined : valueOf(textOf(request, body)),
  );
}
