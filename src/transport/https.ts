import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { type TLSSocket } from 'node:tls';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Carrier, type HttpsOptions, type OpenCarrier, type Settle } from './carrier.ts';
import { connectionTrouble } from './certificate.ts';
import { type DohTemplate, readTemplate } from './doh-template.ts';
import { aged, ageOf, type AnswerHeaders, DNS_MESSAGE, refusalOf } from './https-answer.ts';
import { replyTo } from './tcp.ts';
import { tlsDialling } from './tls-dial.ts';
import { type Reply, type Server } from './transport.ts';
import { noAnswer, type Progress, serverText } from './trouble.ts';

/** A question under way. */
interface Turn {
  /** With id 0, so that caches of HTTP know the same question again (RFC 8484 4.1). */
  readonly query: Uint8Array;
  readonly sentAt: number;
  readonly settle: Settle;
  stream: ClientHttp2Stream | null;
}

interface HttpsParts {
  readonly socket: TLSSocket;
  readonly template: DohTemplate;
  readonly method: 'GET' | 'POST';
  readonly gone: () => void;
}

/** Opens connections for DNS over HTTPS, to the address that is given and to no other. */
export function httpsCarriers({ method = 'GET', ...options }: HttpsOptions = {}): OpenCarrier {
  const dial = tlsDialling(options);
  return (at, gone) => {
    const { over } = at;
    const template = over?.transport === 'https' ? readTemplate(over.template) : null;
    if (template === null)
      throw new Fault('USAGE', `${serverText(at)} has no template for DNS over HTTPS`, {
        fix: 'Write it as https://dns.example/dns-query{?dns}.',
      });
    const socket = dial(at, template.host, ['h2']);
    return new HttpsConnection(at, { socket, template, method, gone });
  };
}

/**
 * One connection of HTTP/2 that carries several questions at once. It closes after a while without
 * questions, and takes no more after one was not answered in time or the server said goodbye (GOAWAY).
 */
class HttpsConnection implements Carrier {
  readonly at: Server;
  readonly #turns = new Set<Turn>();
  readonly #socket: TLSSocket;
  readonly #template: DohTemplate;
  readonly #method: 'GET' | 'POST';
  readonly #gone: () => void;
  #session: ClientHttp2Session | null = null;
  #idle: NodeJS.Timeout | undefined;
  #answered = false;
  #leaving = false;

  constructor(at: Server, { socket, template, method, gone }: HttpsParts) {
    this.at = at;
    this.#socket = socket;
    this.#template = template;
    this.#method = template.get === null ? 'POST' : method;
    this.#gone = gone;
    socket.on('error', (error: Error) => {
      this.#fail(connectionTrouble(error, at, this.progress));
    });
    socket.on('close', this.#closed);
    socket.once('secureConnect', () => {
      this.#begin();
    });
  }

  get proven(): boolean {
    return this.#answered;
  }

  get open(): boolean {
    return !this.#leaving;
  }

  get room(): boolean {
    const granted = this.#session?.remoteSettings.maxConcurrentStreams ?? Infinity;
    // A server that grants nothing at all is asked one question, and then is silent.
    const most = Math.max(1, Math.min(limits.streamsPerConnection, granted));
    return this.open && this.#turns.size < most;
  }

  get progress(): Progress {
    return { transport: 'https', sent: this.#session !== null };
  }

  carry(octets: Uint8Array, settle: Settle): (late: boolean) => void {
    clearTimeout(this.#idle);
    const turn: Turn = { query: octets, sentAt: performance.now(), settle, stream: null };
    this.#turns.add(turn);
    if (this.#session !== null) this.#send(turn, this.#session);
    return late => {
      if (!this.#turns.delete(turn)) return;
      turn.stream?.close(constants.NGHTTP2_CANCEL);
      if (late) this.#leave();
      this.#rest();
    };
  }

  retire(): void {
    this.#leave();
    this.#rest();
  }

  end(fault: Fault): void {
    this.#fail(fault);
    this.#destroy();
  }

  /** The server proved who it is: what waits is sent. */
  #begin(): void {
    if (this.#socket.alpnProtocol !== 'h2') {
      const fix = 'Ask over TLS (tls://) or UDP: only DNS over HTTP/2 is spoken here.';
      this.end(noAnswer('it does not speak HTTP/2', this.at, { progress: this.progress, fix }));
      return;
    }
    const session = connect(`https://${this.#template.authority}`, {
      createConnection: () => this.#socket,
      settings: { enablePush: false },
    });
    this.#session = session;
    session.on('error', (error: Error) => {
      this.#fail(connectionTrouble(error, this.at, this.progress));
    });
    session.on('goaway', () => {
      this.#leave();
      this.#rest();
    });
    session.on('close', this.#closed);
    for (const turn of [...this.#turns]) this.#send(turn, session);
  }

  #send(turn: Turn, session: ClientHttp2Session): void {
    const get = this.#method === 'GET' ? this.#template.get : null;
    const question = Buffer.from(turn.query.buffer, turn.query.byteOffset, turn.query.byteLength);
    const common = { ':authority': this.#template.authority, accept: DNS_MESSAGE };
    const headers =
      get === null
        ? { ':method': 'POST', ':path': this.#template.path, 'content-type': DNS_MESSAGE }
        : { ':method': 'GET', ':path': `${get}${question.toString('base64url')}` };
    try {
      const stream = session.request({ ...common, ...headers }, { endStream: get !== null });
      turn.stream = stream;
      this.#listen(turn, stream);
      if (get === null) stream.end(question);
    } catch (error) {
      // The session ended, and its events come later.
      this.#leave();
      this.#settle(turn, this.#broken(error));
    }
  }

  #listen(turn: Turn, stream: ClientHttp2Stream): void {
    const chunks: Buffer[] = [];
    let have = 0;
    let answer: AnswerHeaders | null = null;
    const refuse = (fault: Fault): void => {
      this.#answered = true;
      stream.close(constants.NGHTTP2_CANCEL);
      this.#settle(turn, fault);
    };
    stream.on('response', headers => {
      answer = headers;
      const refusal = refusalOf(headers, this.at);
      if (refusal !== null) refuse(refusal);
    });
    stream.on('data', (chunk: Buffer) => {
      have += chunk.length;
      if (have <= limits.tcpReplyOctets) chunks.push(chunk);
      else {
        const why = `the answer has more than ${limits.tcpReplyOctets} octets`;
        refuse(noAnswer(why, this.at, { progress: this.progress }));
      }
    });
    stream.on('error', error => {
      this.#settle(turn, this.#broken(error, stream.rstCode));
    });
    // Not at the end of the body: a stream that is reset in the middle of it seems to end as well.
    stream.on('close', () => {
      const whole = stream.rstCode === constants.NGHTTP2_NO_ERROR && !stream.aborted;
      if (answer === null || !whole) this.#settle(turn, this.#broken(null, stream.rstCode));
      else this.#heard(turn, answer, Buffer.concat(chunks));
    });
  }

  #heard(turn: Turn, headers: AnswerHeaders, body: Buffer): void {
    if (!this.#turns.has(turn)) return;
    this.#answered = true;
    let outcome: Reply | Fault;
    try {
      const message = aged(replyTo(turn.query, body, this.at), ageOf(headers));
      outcome = { message, transport: 'https', rttMs: performance.now() - turn.sentAt };
    } catch (error) {
      outcome = toFault(error);
    }
    this.#settle(turn, outcome);
  }

  /** A stream that ended before its answer. */
  #broken(cause: unknown, code: number = constants.NGHTTP2_NO_ERROR): Fault {
    const unprocessed = code === constants.NGHTTP2_REFUSED_STREAM;
    const why = unprocessed
      ? 'the server refused the question unread'
      : 'the stream was closed before a whole answer came';
    const details = { closed: true, ...(unprocessed && { unprocessed }) };
    return noAnswer(why, this.at, { progress: this.progress, cause, details });
  }

  #settle(turn: Turn, outcome: Reply | Fault): void {
    if (!this.#turns.delete(turn)) return;
    turn.settle(outcome);
    this.#rest();
  }

  #rest(): void {
    if (this.#turns.size > 0) return;
    clearTimeout(this.#idle);
    if (this.#leaving) this.#destroy();
    else
      this.#idle = setTimeout(() => {
        this.#leave();
        this.#destroy();
      }, limits.tcpIdleMs).unref();
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#gone();
  }

  readonly #closed = (): void => {
    const why = 'the connection was closed before a whole answer came';
    const details = { closed: true };
    this.#fail(noAnswer(why, this.at, { progress: this.progress, details }));
  };

  #fail(fault: Fault): void {
    clearTimeout(this.#idle);
    this.#leave();
    for (const turn of [...this.#turns]) {
      this.#turns.delete(turn);
      turn.settle(fault);
    }
  }

  #destroy(): void {
    clearTimeout(this.#idle);
    this.#session?.destroy();
    this.#socket.destroy();
  }
}
