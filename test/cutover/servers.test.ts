import { describe, expect, it } from 'vitest';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { delegated, unknownServers } from '../../src/cutover/servers.ts';
import { type Stage } from '../../src/cutover/stage.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { newPlay, nowOf, running } from './play.ts';
import { addressOf } from './reports.ts';
import { wordsOf } from './words.ts';

function at(stage: Stage): Cutover {
  const play = newPlay();
  commands['start']!(play, wordsOf(''));
  reach(play, stage);
  return running(play);
}

const now = nowOf(newPlay());
const places = (...servers: readonly string[]) => servers.map(addressOf);
const types = (cutover: Cutover, ...servers: readonly string[]) =>
  delegated(cutover, places(...servers), now).map(({ type }) => type);

describe('a delegation that leads elsewhere', () => {
  const drain = at('drain');

  it('is told with what joined and what left', () => {
    expect(delegated(drain, places('ns2', 'ns3'), now)).toEqual([
      {
        type: 'drain.reset',
        data: { why: 'ns3.example.net. 192.0.2.3 joined, ns1.example.net. 192.0.2.1 left' },
      },
      {
        type: 'servers.changed',
        data: {
          servers: places('ns2', 'ns3'),
          why: 'ns3.example.net. 192.0.2.3 joined, ns1.example.net. 192.0.2.1 left',
          lingering: null,
        },
      },
    ]);
  });

  it('is nothing new when it leads to the same addresses, in whatever order, or nowhere', () => {
    expect(types(drain, 'ns2', 'ns1')).toEqual([]);
    expect(types(drain)).toEqual([]);
  });

  it('starts the drain anew for a server that joins before the swap, not for one that leaves', () => {
    expect(types(drain, 'ns1', 'ns2', 'ns2v6')).toEqual(['drain.reset', 'servers.changed']);
    expect(types(at('gate'), 'ns1', 'ns2', 'ns3')).toEqual(['drain.reset', 'servers.changed']);
    expect(types(drain, 'ns1')).toEqual(['servers.changed']);
    expect(types(at('lower'), 'ns1', 'ns3')).toEqual(['servers.changed']);
    expect(types(at('propagate'), 'ns1', 'ns2', 'ns3')).toEqual(['servers.changed']);
  });

  it('lets the next step wait for the old TTL when a server joins after a swap', () => {
    const after = at('propagate');
    const [joined] = delegated(after, places('ns1', 'ns2', 'ns3'), now);
    expect(joined?.data).toMatchObject({ lingering: { ttl: 3600, seen: now } });
    const [left] = delegated(after, places('ns1'), now);
    expect(left?.data).toMatchObject({ lingering: null });
  });

  it('does not count where the configuration names the servers', () => {
    const snapshot = { ...drain.snapshot!, discovered: false };
    expect(types({ ...drain, snapshot }, 'ns1', 'ns3')).toEqual([]);
    expect(unknownServers({ ...drain, snapshot }, ['ns3.example.net.'])).toEqual([]);
  });
});

describe('name servers that nobody has looked up', () => {
  const drain = at('drain');
  const names = ['ns1.example.net.', 'ns3.example.net.'];

  it('are those that neither the snapshot nor the delegation since knows', () => {
    expect(unknownServers(drain, names)).toEqual(['ns3.example.net.']);
    expect(unknownServers({ ...drain, servers: places('ns1', 'ns3') }, names)).toEqual([]);
    expect(unknownServers(drain, [])).toEqual([]);
  });

  it('may be accepted by name', () => {
    const accept = (id: string, subject: string) =>
      unknownServers({ ...drain, accepted: [{ id, subject, reason: 'known' }] }, names);
    expect(accept('auth-servers-all-answer', 'ns3.example.net.')).toEqual([]);
    expect(accept('auth-servers-all-answer', 'ns2.example.net.')).toEqual(['ns3.example.net.']);
    expect(accept('auth-mx-consistent', 'ns3.example.net.')).toEqual(['ns3.example.net.']);
  });
});
