import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { type Event } from '../support/cli.ts';
import { type Reading, subscribe } from '../support/event-stream.ts';
import { zone } from '../support/scene.ts';
import { type Serving } from '../support/serving.ts';

interface Status {
  readonly seq: number;
  readonly next: { readonly who: string };
  readonly controller: { readonly pid: number | null } | null;
}

interface Answer<T> {
  readonly code: number;
  readonly body: T;
}

interface Request {
  readonly method?: 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Asked {
  readonly key?: string;
  readonly seq?: number | string;
}

/** Whoever asks the servers of one store, now this one and now that. */
export interface Client {
  /** `key` and `seq` go into the headers; without them a new key, and whatever line it is at. */
  readonly post: <T>(at: Serving, path: string, asked: object) => Promise<Answer<T>>;
  readonly status: (at: Serving) => Promise<Status>;
  /** Asks for an act on what it saw, and again where that has moved on meanwhile. */
  readonly act: (at: Serving, body: object) => Promise<void>;
  /** Reads the stream there, from where it was cut elsewhere. */
  readonly follow: (at: Serving) => Promise<Reading>;
  readonly lines: () => readonly Event[];
  /** Resolves with the line that says this, once it was heard, after another one if that is given. */
  readonly seen: (type: string, data?: Event['data'], after?: Event) => Promise<Event>;
}

/** The cutover of the scene in the API. */
export const path = `cutovers/${zone}`;

export function client({ tokenFile }: Serving): Client {
  const token = readFileSync(tokenFile, 'utf8').trim();
  const readings: Reading[] = [];
  const heard = () => readings.flatMap(reading => reading.heard);
  const ask = async <T>(at: Serving, what: string, init: Request): Promise<Answer<T>> => {
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const answer = await fetch(`${at.url}/api/v1/${what}`, { ...init, headers });
    return { code: answer.status, body: (await answer.json()) as T };
  };
  const post: Client['post'] = (at, what, { key = randomUUID(), seq = '*', ...body }: Asked) =>
    ask(at, what, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'idempotency-key': key },
        'if-match': typeof seq === 'number' ? `"v${seq}"` : seq,
      },
      body: JSON.stringify(body),
    });
  const status = async (at: Serving) => (await ask<Status>(at, path, {})).body;
  const lines = () =>
    heard().flatMap(({ event, data }) => (event === 'message' ? [data as Event] : []));
  return {
    ...{ post, status, lines },
    act: async (at, body) => {
      for (;;) {
        const { seq } = await status(at);
        const done = await post(at, `${path}/actions`, { ...body, seq });
        if (done.code === 412) continue;
        expect(done).toMatchObject({ code: 202, body: { state: 'done' } });
        return;
      }
    },
    follow: async ({ url }) => {
      const last = heard().findLast(({ hasId }) => hasId)?.id ?? null;
      const reading = await subscribe({
        ...{ port: Number(new URL(url).port), path: `/api/v1/${path}/events`, token, last },
        connection: readings.length,
      });
      if (last !== null) expect(reading.answer.headers['dns-cutover-replay-from']).toBe(last);
      readings.push(reading);
      return reading;
    },
    seen: (type, data = {}, after) =>
      vi.waitFor(
        () => {
          const found = lines().find(
            line =>
              line.type === type &&
              line.seq > (after?.seq ?? 0) &&
              Object.entries(data).every(([key, value]) => line.data[key] === value),
          );
          if (found === undefined)
            throw new Error(`no ${type} ${JSON.stringify(data)} after ${lines().at(-1)?.type}`);
          return found;
        },
        { timeout: 60_000, interval: 20 },
      ),
  };
}
