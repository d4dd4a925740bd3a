import { expect } from 'vitest';
import { formatRRset, type RRset } from '../../src/dns/rrset.ts';
import { type Event, type Running } from '../support/cli.ts';
import { zoneDump } from '../support/dig.ts';
import { apex, type Hosted, newMx, oldMx, zone } from './hosted.ts';

// What the cases about zones at clouds have in common.

/** Whom people ask for, and what is old and new. */
export const asked = { name: zone, sets: { old: oldMx.join(' '), new: newMx } };
export const rollback = ['rollback', zone, '--confirm', zone, '--reason', 'mail bounces'] as const;

export const mxLines = (ttl: number, ...rdata: readonly string[]): readonly string[] =>
  rdata.map(text => `${apex} ${ttl} IN MX ${text}`);
const lines = (sets: readonly RRset[]): readonly string[] =>
  sets.flatMap(set => formatRRset(set).split('\n')).sort();
/** The zone as the cloud publishes it, one sorted line a record. */
export const published = ({ double }: Hosted): readonly string[] => lines(double.published(apex));
export const mxOf = ({ double }: Hosted): readonly string[] =>
  lines(double.published(apex).filter(({ name, type }) => name === apex && type === 'MX'));

export const count = (journal: readonly Event[], wanted: string): number =>
  journal.filter(({ type }) => type === wanted).length;
/** The purposes of the writes that were confirmed, in order. */
export function confirmed(journal: readonly Event[]): readonly string[] {
  const purposes = new Map(
    journal.flatMap(({ type, data }) => {
      if (type !== 'write.intended') return [];
      const { id, purpose } = data['intent'] as { id: string; purpose: string };
      return [[id, purpose] as const];
    }),
  );
  return journal.flatMap(({ type, data }) =>
    type === 'write.confirmed' ? (purposes.get(String(data['intent'])) ?? []) : [],
  );
}

/** Runs to the gate, where the cutover waits for an approval: nothing is written before that. */
export async function atGate(place: Hosted): Promise<Running> {
  const start = place.desk.start(await place.desk.hash());
  await throughDrain(place, start);
  return start;
}

/** The old TTL drains, and the checks of the gate have ended. */
export async function throughDrain({ pass }: Hosted, start: Running): Promise<void> {
  await start.entered('drain');
  pass('old');
  const gate = await start.entered('gate');
  await start.seen(
    'its findings',
    ({ type, seq }) => type === 'findings.changed' && seq > gate.seq,
  );
}

export async function approve({ desk }: Hosted): Promise<void> {
  const approved = await desk.run('approve', zone);
  expect(approved.code, approved.err + approved.out).toBe(0);
}

/** From the swap on, nothing stands in the way. */
export async function toTheEnd({ desk, pass }: Hosted, start: Running): Promise<void> {
  await start.entered('propagate');
  pass('low');
  await start.entered('sweep');
  expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
  const ended = await start.ended;
  expect(ended.code, ended.err).toBe(0);
}

/** The process ends, and leaves the cutover as it is. */
export async function leave(start: Running): Promise<void> {
  start.kill('SIGINT');
  expect((await start.ended).code).toBe(130);
}

/**
 * The cloud and its name server agree on the zone: but for the MX it is what it was `first`, so the claim
 * is gone as well.
 */
export async function agree(
  hosted: Hosted,
  first: readonly string[],
  mx: readonly string[],
): Promise<void> {
  await hosted.publishing.settled();
  const others = first.filter(line => !mxLines(hosted.before.ttl, ...oldMx).includes(line));
  expect(published(hosted)).toEqual([...others, ...mx].sort());
  // The name server has records of its own for its own name.
  const own = /^(?:alpha\.example\. \d+ IN NS|ns1\.alpha\.example\.) /;
  const served = zoneDump(hosted.server, zone).filter(line => !own.test(line));
  expect(served).toEqual(published(hosted));
}

/** Each write took effect once: the cloud changed as often as the journal says. */
export function wroteOnce({ double, before }: Hosted, journal: readonly Event[]): void {
  expect(double.writes(apex) - before.writes).toBe(count(journal, 'write.confirmed'));
}

/** No credential is in anything that was printed or kept so far, in any of many forms. */
export function saysNoSecret({ canaries, everythingSaid }: Hosted): void {
  const said = everythingSaid();
  expect(said).toContain('mx.newhost.example');
  expect(canaries.length).toBeGreaterThan(0);
  for (const canary of canaries) {
    const octets = Buffer.from(canary);
    const base64 = octets.toString('base64').replace(/=*$/, '');
    // The last character of base64 depends on what follows.
    const forms = [canary, encodeURIComponent(canary), octets.toString('hex'), base64.slice(0, -1)];
    for (const form of forms) expect(said.includes(form), `${form.slice(0, 4)}…`).toBe(false);
  }
}

const talkative = ['status', 'events', 'report', 'snapshot', 'check', 'propagation'];

/** Lets every command talk before that. */
export async function keepsSecrets(place: Hosted): Promise<void> {
  const { desk } = place;
  for (const command of talkative)
    for (const json of [[], ['--json']]) await desk.run(command, zone, ...json);
  await desk.run('config', 'show');
  saysNoSecret(place);
}
