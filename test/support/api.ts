import { type InjectOptions, type LightMyRequestResponse as Response } from 'fastify';
import { makeAccess } from '../../src/access/make-access.ts';
import { type Role } from '../../src/access/principal.ts';
import { type Kit } from '../../src/api/kit.ts';
import { makeServer, type ServerOptions } from '../../src/api/server.ts';
import { type Server } from '../../src/api/server-type.ts';
import { sessionCookie } from '../../src/api/session-cookie.ts';
import { limits } from '../../src/limits.ts';
import { openSite, type Site } from '../controller/site.ts';

/** Who may ask in a test; `nobody` shows nothing at all. */
export type Caller = Role | 'nobody';

export interface Api {
  readonly site: Site;
  readonly kit: Kit;
  readonly server: Server;
  /** A request as somebody, JSON unless a payload says otherwise; the token of a role is made on demand. */
  readonly as: (who: Caller, request: Omit<InjectOptions, 'server'>) => Promise<Response>;
  /** The header that shows a token of this role. */
  readonly tokenOf: (role: Role) => Promise<string>;
}

export const host = 'localhost';

/** The parts of a Kit that a test of routes does not look at. */
export const kitOf = (site: Site, parts: Partial<Kit> = {}): Kit => ({
  app: site.app,
  config: async () => {
    throw new Error('this test has no configuration');
  },
  access: makeAccess({ ...site.environment, documents: site.environment.store.documents }),
  hub: {
    open: async () => ({ refused: 'this test has no streams', retryAfterMs: 1000 }),
    stop: async () => undefined,
    stats: () => ({ clients: 0, dropped: {} }),
  },
  notifier: {
    list: async () => [],
    create: async () => {
      throw new Error('this test has no webhooks');
    },
    remove: async () => false,
    test: async () => null,
    deliveries: async () => null,
    redeliver: async () => null,
    run: async () => undefined,
  },
  metrics: { text: async () => '' },
  supervisor: { take: () => undefined, run: async () => undefined },
  pages: {
    list: () => '<title>list</title>',
    cutover: () => '<title>cutover</title>',
    login: () => '<title>login</title>',
    problem: ({ title }) => `<title>${title}</title>`,
    asset: () => null,
  },
  settings: {
    hosts: [host],
    secure: false,
    proxies: [],
    fourEyes: false,
    title: 'test',
  },
  questions: {
    look: async () => {
      throw new Error('this test asks no servers');
    },
    test: async () => {
      throw new Error('this test asks no resolvers');
    },
  },
  ownList: '/nonexistent/resolvers.yaml',
  version: '1.2.3',
  ...parts,
});

/** The whole API over a store in memory and a virtual clock; nothing listens. */
export async function openApi(
  parts: Partial<Kit> = {},
  { site = openSite(), ...options }: Partial<ServerOptions> & { readonly site?: Site } = {},
): Promise<Api> {
  const kit = kitOf(site, parts);
  const server = await makeServer(kit, { log: null, ...options });
  const tokens = new Map<Role, string>();
  const tokenOf = async (role: Role): Promise<string> => {
    const known = tokens.get(role);
    if (known !== undefined) return known;
    const expiresAt = site.clock.now().wall + limits.tokenLongestMs;
    const order = { name: `a ${role}`, role, cutovers: null, expiresAt, by: 'the test' };
    const { secret } = await kit.access.createToken(order);
    tokens.set(role, secret);
    return secret;
  };
  const as: Api['as'] = async (who, request) => {
    const shown = who === 'nobody' ? {} : { authorization: `Bearer ${await tokenOf(who)}` };
    const headers = { host, ...shown, ...request.headers };
    return server.inject({ ...request, headers });
  };
  return { site, kit, server, as, tokenOf };
}

/** The cookie header of a session. */
export const cookieOf = (secret: string): string => `${sessionCookie}=${secret}`;
