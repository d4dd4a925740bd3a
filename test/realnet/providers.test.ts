import { describe } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { formatRRset, keyText } from '../../src/dns/rrset.ts';
import { type Backend, type Opened } from '../providers/backend.ts';
import { conformance } from '../providers/conformance.ts';
import { comparing, readingAndWriting } from '../providers/promises-of-writes.ts';
import { foreignEdit, serial, zoneDump } from '../support/dig.ts';
import { proxy } from '../support/proxy.ts';
import { rfc2136At } from '../support/rfc2136.ts';
import { type At, type RunningServer } from '../support/server.ts';
import { bind, cutoverKey, knot } from '../support/servers.ts';
import { zoneText } from '../support/zone.ts';

const zone = parseName('alpha.example');
const text = 'alpha.example';
const inner = parseName('inner.alpha.example');

const edit = (server: At, ...lines: readonly string[]): void => {
  foreignEdit(server, { zone: text, key: cutoverKey, lines });
};

/** A real server behind a proxy that makes trouble when the suite wants it. */
const backend = (start: () => Promise<RunningServer>, more: Partial<Opened> = {}): Backend => ({
  open: async () => {
    const server = await start();
    const front = await proxy(server);
    const first = serial(server, text);
    return {
      provider: await rfc2136At(front),
      zone,
      edit: async (key, after) => {
        const adds = after === null ? [] : formatRRset(after).split('\n');
        edit(server, `update delete ${keyText(key)}`, ...adds.map(line => `update add ${line}`));
      },
      dump: async () => zoneDump(server, text),
      writes: async () => serial(server, text) - first,
      trouble: {
        reset: async () => {
          front.hooks = {
            beforeUpdate: async () => {
              front.hooks = {};
              return 'refuse';
            },
          };
        },
      },
      secrets: [cutoverKey.secret],
      ...more,
      close: async () => {
        await front.stop();
        await server.stop();
      },
    };
  },
});

conformance(
  'BIND',
  backend(() => bind(text, { zones: { [inner.slice(0, -1)]: zoneText(text) } }), {
    nested: { outer: zone, inner },
  }),
);
conformance(
  'Knot',
  backend(() => knot(text)),
);
// Signing changes the serial by itself, which is the only thing that counting writes relies on.
describe('BIND with a signed copy of the zone, whose serial is never the one it compares', () => {
  const signed = backend(() => bind(text, { signed: 'inline' }), { writes: async () => 0 });
  const play = async (scene: (opened: Opened) => Promise<void>): Promise<void> => {
    const opened = await signed.open();
    try {
      await scene(opened);
    } finally {
      await opened.close();
    }
  };
  readingAndWriting(play);
  comparing(play);
});
