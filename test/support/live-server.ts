import { type AddressInfo } from 'node:net';
import { makeServer } from '../../src/api/server.ts';
import { type Server } from '../../src/api/server-type.ts';
import { type Kit } from '../../src/api/kit.ts';
import { type Role } from '../../src/access/principal.ts';
import { type App } from '../../src/app.ts';
import { rehearsalKit } from '../../src/commands/rehearse-page.ts';
import { openPages } from '../../src/commands/serve/pages.ts';
import { makeHub } from '../../src/hub/make-hub.ts';
import { systemChance } from '../../src/machine/chance.ts';

/** A real server on loopback, which can be killed and started again at the same port. */
export interface LiveServer {
  readonly url: string;
  readonly kit: Kit;
  /** A fresh token. */
  readonly token: (role: Role) => Promise<string>;
  /** Every connection is cut, and nothing listens. */
  readonly kill: () => Promise<void>;
  readonly again: () => Promise<void>;
}

/** Serves an app as `rehearse --page` does. */
export async function openLiveServer(app: App): Promise<LiveServer> {
  const pages = await openPages();
  let kit = rehearsalKit(app, pages);
  const { access } = kit;
  let server: Server | null = null;
  let port = 0;
  const again = async (): Promise<void> => {
    const { store, clock } = kit.app.environment;
    kit = { ...kit, hub: makeHub({ store, clock, chance: systemChance, access }) };
    server = await makeServer(kit, { log: null });
    await server.listen({ host: '127.0.0.1', port });
    port = (server.server.address() as AddressInfo).port;
  };
  await again();
  return {
    url: `http://127.0.0.1:${port}`,
    kit,
    token: async role => {
      const order = {
        name: `the ${role}`,
        role,
        cutovers: null,
        by: 'test',
        expiresAt: kit.app.environment.clock.now().wall + 3_600_000,
      };
      return (await access.createToken(order)).secret;
    },
    kill: async () => {
      const dying = server;
      server = null;
      dying?.server.closeAllConnections();
      const closing = dying?.close();
      const stopping = kit.hub.stop();
      dying?.server.closeAllConnections();
      await Promise.all([closing, stopping]);
    },
    again,
  };
}
