import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Clock, type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';

/** setTimeout counts in 31 bits and fires at once beyond them; a wall clock that was set is noticed between naps. */
const napMs = 5000;

/**
 * One name for one boot of this machine. Where the system does not give one, every process is its own
 * boot: then elapsed time falls back to the wall clock, and the proofs say so.
 */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomUUID();
  }
}

function nap(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new Fault('ABORTED', 'given up'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * The machine's clocks. `up` is the monotonic clock: it is the same for all processes of one boot and
 * stands still while the machine sleeps, which makes a drain longer, never shorter.
 */
export function systemClock(): Clock {
  const boot = bootId();
  const up = () => Number(process.hrtime.bigint() / 1_000_000n);
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    const end = up() + ms;
    do await nap(Math.max(0, Math.min(napMs, end - up())), signal);
    while (up() < end);
  };
  return {
    now: () => ({ wall: Date.now(), up: up(), boot }),
    sleep,
    until: async (at: Instant, signal) => {
      const offset = Date.now() - up();
      while (Date.now() < at) {
        await nap(Math.min(napMs, at - Date.now()), signal);
        if (Math.abs(Date.now() - up() - offset) > limits.clockJumpMs) return;
      }
    },
  };
}
