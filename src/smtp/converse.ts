import { connect, isIPv6, type Socket } from 'node:net';
import { type Clock } from '../clock.ts';
import { displayName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Approach, type Converse } from '../mail/conversation.ts';
import { type Broken, openChannel, type Over } from './channel.ts';
import { checkApproach } from './command.ts';
import { dialogue, type Said } from './dialogue.ts';
import { handshake, type Trust } from './starttls.ts';
import { connectEndOf } from './trouble.ts';

export interface SmtpOptions {
  readonly clock: Clock;
  /** Authorities that are trusted in the place of the machine's; for hosts of one's own. */
  readonly trust?: Trust;
}

/** One connection to one address, and how it is brought to its end from outside. */
interface Held {
  readonly socket: Socket;
  readonly over: Over;
}

/** Connects within the time for it; what went wrong instead. */
function connected({ socket, over }: Held, { address }: Approach): Promise<Broken | null> {
  return new Promise(resolve => {
    const settle = (broken: Broken | null): void => {
      clearTimeout(timer);
      resolve(over() ?? broken);
    };
    const timer = setTimeout(() => {
      const detail = `no answer to the connection within ${String(limits.smtpConnectMs / 1000)} s`;
      settle({ end: 'timeout', detail });
    }, limits.smtpConnectMs);
    socket.once('connect', () => {
      settle(null);
    });
    socket.once('close', () => {
      settle({ end: 'closed', detail: 'the connection was closed' });
    });
    socket.on('error', error => {
      settle(connectEndOf(error, isIPv6(address) ? 6 : 4));
    });
  });
}

interface Session {
  readonly said: Said;
  /** Null: all was said. */
  readonly broken: Broken | null;
}

const nothing: Said = { banner: null, ehlo: null, tls: null, recipients: [], message: null };

/** One session; with `plain` TLS is not tried. */
async function session(
  approach: Approach,
  { clock, trust = null, plain }: SmtpOptions & { readonly plain: boolean },
  signal: AbortSignal,
): Promise<Session> {
  const { address, port, host } = approach;
  const socket = connect({ host: address, port, noDelay: true, autoSelectFamily: false });
  let ended: Broken | null = null;
  const giveUp = (detail: string): void => {
    ended ??= { end: 'timeout', detail };
    socket.destroy();
  };
  const abort = (): void => {
    giveUp('given up');
  };
  const timer = setTimeout(() => {
    giveUp(`the conversation took more than ${String(limits.smtpSessionMs / 1000)} s`);
  }, limits.smtpSessionMs);
  signal.addEventListener('abort', abort, { once: true });
  const over: Over = () => ended;
  try {
    const broken = await connected({ socket, over }, approach);
    if (broken !== null) return { said: nothing, broken };
    const secure = plain
      ? null
      : () => {
          const at = (): number => clock.now().wall;
          return handshake(socket, { host: displayName(host), trust, over, at });
        };
    const local = socket.localAddress ?? '';
    const open = { channel: openChannel(socket, over), secure, over, local };
    return await dialogue(approach, open);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/**
 * Talks SMTP (RFC 5321) to one address: greeting, EHLO, STARTTLS, and for each recipient a transaction of
 * its own that ends before any mail would be sent. Where TLS is offered and fails, the rest is asked over
 * a second connection without it, as senders do when no policy forbids it (RFC 7435).
 * Throws ABORTED when the signal is, and MALFORMED for what no command can carry, before anything is sent.
 */
export function smtpConverse(options: SmtpOptions): Converse {
  return async (approach, signal) => {
    checkApproach(approach);
    const { clock } = options;
    const { host, address, port } = approach;
    const began = clock.now();
    const untilAborted = (): void => {
      if (signal.aborted) throw new Fault('ABORTED', `the look at ${address} was given up`);
    };
    untilAborted();
    let { said, broken } = await session(approach, { ...options, plain: false }, signal);
    untilAborted();
    const { tls } = said;
    if (tls?.is === 'failed') {
      const again = await session(approach, { ...options, plain: true }, signal);
      untilAborted();
      // Where the second connection does not come about, what the first one said is all there is.
      if (again.said.banner !== null) ({ said, broken } = again);
    }
    return {
      ...{ host, address, port, at: began.wall },
      ...{ end: broken?.end ?? 'complete', detail: broken?.detail ?? '' },
      ...said,
      tls,
      tookMs: clock.now().up - began.up,
    };
  };
}
