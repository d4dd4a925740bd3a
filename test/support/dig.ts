import { execFileSync } from 'node:child_process';
import { type At } from './server.ts';
import { type ServerKey } from './keys.ts';

const run = ({ address, port }: At, words: readonly string[]): string =>
  execFileSync('dig', [`@${address}`, '-p', String(port), '+time=2', '+tries=1', ...words], {
    encoding: 'utf8',
  });

/** The records of the answer section, sorted, one line each with single spaces. */
export const dig = (at: At, ...words: readonly string[]): string[] =>
  run(at, ['+noall', '+answer', '+nottlunits', ...words])
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(';'))
    .map(line => line.split(/\s+/).join(' '))
    .sort();

/** The serial the server serves. */
export const serial = (at: At, zone: string): number =>
  Number(run(at, ['+short', zone, 'SOA']).split(' ')[2]);

/** The whole zone by AXFR, one sorted line a record, without what changes with every update. */
export const zoneDump = (at: At, zone: string): string[] =>
  [...new Set(dig(at, zone, 'AXFR'))].filter(
    line => !/ IN (?:SOA|RRSIG|NSEC|NSEC3|TYPE65534) /.test(line),
  );

/** Somebody else's edit, by nsupdate; `lines` are its commands without server, zone and send. */
export function foreignEdit(
  at: At,
  { zone, key, lines }: { zone: string; key: ServerKey; lines: readonly string[] },
): void {
  execFileSync('nsupdate', ['-v', '-y', `${key.algorithm}:${key.name}:${key.secret}`], {
    input: [`server ${at.address} ${at.port}`, `zone ${zone}`, ...lines, 'send', ''].join('\n'),
    stdio: 'pipe',
  });
}
