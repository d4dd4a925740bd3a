// Asks real caches while an MX changes, and keeps what they answer for the tests of src/propagation.
// Run by hand where unbound, bind9, nsd and dnsdist are installed: node test/realnet/record.ts
import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, questionMatches } from '../../src/dns/wire.ts';
import { type Observation, observationOf } from '../../src/propagation/observation.ts';
import { foreignEdit } from '../support/dig.ts';
import { type Recording, recordingsFolder } from '../support/recordings.ts';
import { type At, type RunningServer } from '../support/server.ts';
import { bind, cutoverKey, nsd, nsdTransfer } from '../support/servers.ts';
import { bindCache, farm, unboundCache } from './caches.ts';

const zone = 'alpha.example';
const ttl = 10;
const watched: Key = { name: parseName(zone), type: 'MX' };
/** Asked once at the start and then left alone until long after the change. */
const quiet: Key = { name: parseName(`quiet.${zone}`), type: 'MX' };
const oldSet = ['10 mx1.oldhost.example.'];
const newSet = ['10 mx1.newhost.example.'];
const timeline = { everyMs: 500, swapMs: 4000, transferMs: 14_000, quietMs: 22_000, endMs: 34_000 };

const staleBind = [
  'stale-answer-enable yes; stale-cache-enable yes; max-stale-ttl 3600;',
  'stale-answer-ttl 30; stale-answer-client-timeout 0;',
];
const habits: readonly (readonly [string, typeof unboundCache, readonly string[]])[] = [
  ['unbound-plain', unboundCache, []],
  ['unbound-floor', unboundCache, ['cache-min-ttl: 15']],
  ['unbound-ceiling', unboundCache, ['cache-max-ttl: 5']],
  ['unbound-stale', unboundCache, ['serve-expired: yes', 'ede-serve-expired: yes']],
  ['unbound-stale-unsigned', unboundCache, ['serve-expired: yes']],
  ['unbound-prefetch', unboundCache, ['prefetch: yes']],
  ['bind-plain', bindCache, []],
  ['bind-stale', bindCache, staleBind],
];

/** One question of one cache; silence after a second. */
async function ask(name: string, at: At, key: Key): Promise<Observation> {
  const id = Math.floor(Math.random() * 65_536);
  const query = encodeQuery({ id, ...key, recursive: true, nsid: true });
  const socket = createSocket('udp4');
  const asked = Date.now();
  const began = performance.now();
  const reply = await new Promise<Uint8Array | null>(resolve => {
    const timer = setTimeout(() => {
      resolve(null);
    }, 1000);
    socket.on('error', () => undefined);
    socket.on('message', message => {
      if (!questionMatches(query, message)) return;
      clearTimeout(timer);
      resolve(message);
    });
    socket.send(query, at.port, at.address);
  });
  socket.close();
  const rttMs = Math.round((performance.now() - began) * 100) / 100;
  const { address } = at;
  const asking = { resolver: name, address, transport: 'udp', asked, received: Date.now(), rttMs };
  return observationOf(
    { ...asking, transport: 'udp' },
    key,
    reply === null
      ? { error: new Error('no answer within 1000 ms') }
      : { message: decodeMessage(reply) },
  );
}

const servers: RunningServer[] = [];
const run = async (one: Promise<RunningServer>): Promise<RunningServer> => {
  const server = await one;
  servers.push(server);
  return server;
};

try {
  const records = [`quiet ${ttl} IN MX ${oldSet[0] ?? ''}`];
  const primary = await run(bind(zone, { zone: { ttl, records } }));
  const lagging = await run(nsd(zone, { primary }));
  const authority = [primary];
  const caches: { name: string; server: RunningServer; settings: readonly string[] }[] = [];
  for (const [name, cache, settings] of habits)
    caches.push({
      name,
      settings,
      server: await run(cache(name, zone, { authority, extra: settings })),
    });
  const members = await Promise.all([
    run(unboundCache('member-plain', zone, { authority })),
    run(unboundCache('member-floor', zone, { authority, extra: ['cache-min-ttl: 15'] })),
  ]);
  caches.push({
    ...{ name: 'dnsdist-farm', settings: ['roundrobin over unbound-plain and unbound-floor'] },
    server: await run(farm(zone, members)),
  });
  const extra = ['cache-max-ttl: 3'];
  const both = { authority: [primary, lagging], extra };
  caches.push({
    ...{ name: 'unbound-lagging', settings: [...extra, 'one of two authoritative servers lags'] },
    server: await run(unboundCache('unbound-lagging', zone, both)),
  });
  await record(caches, { primary, lagging });
} finally {
  await Promise.all(servers.map(server => server.stop()));
}

async function record(
  caches: readonly { name: string; server: RunningServer; settings: readonly string[] }[],
  { primary, lagging }: { primary: RunningServer; lagging: RunningServer },
): Promise<void> {
  const start = Date.now();
  const kept = new Map<string, Observation[]>();
  const keep = async (file: string, at: At, key: Key) => {
    const seen = await ask(file, at, key);
    const { asked, received } = seen;
    const observation = { ...seen, asked: asked - start, received: received - start };
    kept.set(file, [...(kept.get(file) ?? []), observation]);
  };
  const until = async (ms: number) =>
    new Promise(resolve => setTimeout(resolve, Math.max(0, start + ms - Date.now())));
  let [swappedAt, turnedAt, transferredAt] = [0, 0, 0];
  for (let ms = 0; ms <= timeline.endMs; ms += timeline.everyMs) {
    await until(ms);
    if (ms === timeline.swapMs) {
      swappedAt = Date.now() - start;
      const lines = [zone, `quiet.${zone}`].flatMap(name => [
        `update delete ${name} MX`,
        `update add ${name} ${ttl} MX ${newSet[0] ?? ''}`,
      ]);
      foreignEdit(primary, { zone, key: cutoverKey, lines });
      turnedAt = Date.now() - start;
    }
    if (ms === timeline.transferMs) {
      nsdTransfer(lagging, zone);
      // The transfer takes some 50 ms; a whole beat is on the safe side.
      transferredAt = Date.now() - start + timeline.everyMs;
    }
    const askQuiet = ms === 0 || (ms >= timeline.quietMs && ms <= timeline.quietMs + 3000);
    await Promise.all(
      caches.flatMap(({ name, server }) => [
        keep(name, server, watched),
        ...(askQuiet ? [keep(`${name}-quiet`, server, quiet)] : []),
      ]),
    );
  }
  mkdirSync(recordingsFolder, { recursive: true });
  for (const { name, server, settings } of caches)
    for (const [file, key] of [
      [name, watched],
      [`${name}-quiet`, quiet],
    ] as const) {
      const recording: Recording = {
        ...{ name: file, software: server.name.startsWith('bind') ? 'BIND' : 'Unbound', settings },
        ...{ key, old: oldSet, new: newSet, ttl, swappedAt },
        authorityNewSince: name === 'unbound-lagging' ? transferredAt : turnedAt,
        observations: kept.get(file) ?? [],
      };
      const lines = recording.observations.map(one => `    ${JSON.stringify(one)}`).join(',\n');
      const head = JSON.stringify({ ...recording, observations: [] }, null, 2);
      const text = head.replace(
        /"observations": \[\]\n\}$/,
        `"observations": [\n${lines}\n  ]\n}\n`,
      );
      writeFileSync(join(recordingsFolder, `${file}.json`), text);
    }
}
