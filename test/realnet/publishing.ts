import { execFile } from 'node:child_process';
import { type Name } from '../../src/dns/name.ts';
import { formatRRset, keyText, type RRset } from '../../src/dns/rrset.ts';
import { type Double } from '../providers/doubles/double.ts';
import { type At } from '../support/server.ts';
import { type ServerKey } from '../support/servers.ts';

// The name servers of a cloud: a real one, which follows what the cloud's double publishes.

export interface Publishing {
  /** How late the server follows; counts from the next change on. */
  lagMs: number;
  /** Resolves when the server has all that was published before. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const recordsOf = (sets: readonly RRset[]): ReadonlyMap<string, string> =>
  new Map(sets.map(set => [keyText(set), formatRRset(set)]));

/** Commands for nsupdate that turn one picture of a zone into another; whole RRsets, whatever moved. */
function difference(
  served: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): readonly string[] {
  const keys = [...new Set([...served.keys(), ...wanted.keys()])];
  const changed = keys.filter(key => served.get(key) !== wanted.get(key));
  const added = changed.flatMap(key => wanted.get(key)?.split('\n') ?? []);
  // All that goes, goes first: a CNAME may stand in the place of something else.
  return [
    ...changed.map(key => `update delete ${key}`),
    ...added.map(line => `update add ${line}`),
  ];
}

/** Without waiting for it in this thread, which serves the double as well. */
function nsupdate(at: At, key: ServerKey, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const argv = ['-v', '-y', `${key.algorithm}:${key.name}:${key.secret}`];
    const child = execFile('nsupdate', argv, (error, _out, err) => {
      if (error === null) resolve();
      else reject(new Error(`nsupdate: ${err}\n${lines.join('\n')}`));
    });
    child.stdin?.end([`server ${at.address} ${at.port}`, ...lines, 'send', ''].join('\n'));
  });
}

/** Brings every change of a zone to a server that began with what was published at that time. */
export function publishing(
  double: Double,
  { zone, server, key }: { readonly zone: Name; readonly server: At; readonly key: ServerKey },
): Publishing {
  let served = recordsOf(double.published(zone));
  let turn = Promise.resolve();
  let stopped = false;
  const follow = async (at: number): Promise<void> => {
    await new Promise(resolve => setTimeout(resolve, Math.max(0, at - Date.now())));
    const wanted = recordsOf(double.published(zone));
    const lines = difference(served, wanted);
    if (stopped || lines.length === 0) return;
    await nsupdate(server, key, [`zone ${zone}`, ...lines]);
    served = wanted;
  };
  const self: Publishing = {
    lagMs: 0,
    settled: () => turn,
    stop: async () => {
      stopped = true;
      forget();
      await turn.catch(() => undefined);
    },
  };
  const forget = double.subscribe(changed => {
    if (changed !== zone) return;
    const at = Date.now() + self.lagMs;
    turn = turn.then(() => follow(at));
    // Whoever waits for it hears of it; nobody may be waiting yet.
    turn.catch(() => undefined);
  });
  return self;
}
