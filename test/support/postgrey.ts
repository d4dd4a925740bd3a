import { once } from 'node:events';
import { connect } from 'node:net';
import { rmSync } from 'node:fs';
import { type At, directory, freePort } from './server.ts';
import { lifeline } from './lifeline.ts';

/** The real greylisting server of Postfix: a new pair of sender and recipient waits for so many seconds. */
export async function postgrey(delaySeconds: number): Promise<At & { stop: () => Promise<void> }> {
  const dir = directory('postgrey');
  const at: At = { address: '127.0.0.1', port: await freePort('127.0.0.1') };
  // The lists of the system let postmaster pass; here everybody waits.
  const lists = ['--whitelist-clients=/dev/null', '--whitelist-recipients=/dev/null'];
  const own = ['--user=root', '--group=root', `--dbdir=${dir}`, '--auto-whitelist-clients=0'];
  const how = [`--inet=${at.address}:${at.port}`, `--delay=${delaySeconds}`];
  const child = lifeline(['postgrey', ...how, ...own, ...lists], dir);
  for (let looks = 0; ; looks++) {
    const socket = connect(at.port, at.address);
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (up) break;
    if (looks === 600) throw new Error(`postgrey does not listen after 15 s:\n${child.log()}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  const stop = async (): Promise<void> => {
    await child.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { ...at, stop };
}
