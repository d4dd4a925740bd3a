import { type Fault } from '../errors.ts';
import { type Reply, type Server } from './transport.ts';
import { type Progress } from './trouble.ts';

/** What hears the outcome of one question, once. */
export type Settle = (outcome: Reply | Fault) => void;

/** A connection to one server that carries several questions at once. */
export interface Carrier {
  readonly at: Server;
  /** True once a question was answered here: the server may have tired of the connection since. */
  readonly proven: boolean;
  /** True while it takes questions, now or once others are answered. */
  readonly open: boolean;
  /** True while one more question may be sent at once. */
  readonly room: boolean;
  readonly progress: Progress;
  /**
   * Sends a question; its octets carry id 0. Gives what to call when it is given up; `late` says that
   * the server did not answer in time, and then nothing else is asked here.
   */
  carry(octets: Uint8Array, settle: Settle): (late: boolean) => void;
  /** Takes no more questions, and closes once those under way are settled. */
  retire(): void;
  /** Ends it at once; what is under way fails with this. */
  end(fault: Fault): void;
}

/** Opens a carrier; `gone` is called once, when nothing can be asked there any more. */
export type OpenCarrier = (at: Server, gone: () => void) => Carrier;

export interface TlsOptions {
  /** Certificates (PEM) of authorities to be trusted besides those that Node.js trusts. */
  readonly trust?: readonly string[];
}

export interface HttpsOptions extends TlsOptions {
  /** GET by default, where the template has a place for the question. */
  readonly method?: 'GET' | 'POST';
}
