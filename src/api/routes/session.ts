import { type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { readCredential } from '../../access/credential.ts';
import { type Principal } from '../../access/principal.ts';
import { isoText } from '../../view/words.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { closed, nullable } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';
import { sessionCookie, sessionOf } from '../session-cookie.ts';

const sessionSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.Union([Type.Literal('token'), Type.Literal('session'), Type.Literal('share')]),
    name: Type.String(),
    role: Type.String({ description: 'viewer, operator, approver, admin or agent.' }),
    cutovers: nullable(Type.Array(Type.String()), {
      description: 'The only cutovers or domains that may be seen; null: all.',
    }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  closed,
);

const shown = ({ id, kind, name, role, cutovers, expiresAt }: Principal) => ({
  ...{ id, kind, name, role },
  cutovers: cutovers === null ? null : [...cutovers],
  expiresAt: isoText(expiresAt),
});

const loginBody = Type.Object(
  {
    secret: Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'A token (`dnsc_…`), or what stands in a share link after the `#` (`dnsh_…`).',
    }),
  },
  closed,
);

const tags = ['session'];
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);

/** Whether the browser came by TLS: to this process, or to the proxy before it, unless that one says http. */
const cameByTls = ({ headers, protocol }: FastifyRequest, { settings }: Kit): boolean =>
  settings.secure && (protocol === 'https' || headers['x-forwarded-proto'] === undefined);

/** Browsers keep a Secure cookie from TLS, and from this machine; anywhere else a login would seem to do nothing. */
function refusePlain(request: FastifyRequest, kit: Kit): void {
  if (cameByTls(request, kit) || isLoopback(request.hostname.toLowerCase())) return;
  throw problemFault('tls-required', 'a session is for TLS, or for this machine', {
    fix: 'Use https, to the proxy as well where one stands before, or a tunnel to localhost; programs send `Authorization: Bearer`.',
  });
}

function login(server: Server, kit: Kit): void {
  server.post(
    '/api/v1/session',
    {
      config: { needs: 'anyone', limit: 'login', problems: [401, 403] },
      schema: {
        ...{ tags, summary: 'Log in: exchange a token or a share link for a session' },
        description:
          'The answer sets a cookie that no script can read. The session ends after 8 hours, after an hour in which it was not used, and with the token or link. A session that the request brings along ends.',
        body: loginBody,
        response: { 201: sessionSchema },
      },
    },
    async (request, reply) => {
      refusePlain(request, kit);
      const { secret } = request.body;
      const { ip: address, log } = request;
      const session = await kit.access.login(secret);
      if (session === null) {
        log.warn({ address, shown: readCredential(secret)?.id ?? null }, 'login refused');
        throw problemFault(
          'unauthenticated',
          'that is no token and no share link, or none that is good',
          {
            fix: 'See that it was copied whole, and ask for a new one if it has ended.',
          },
        );
      }
      await endOld(request, kit);
      const { principal } = session;
      log.info({ address, by: principal.id, name: principal.name }, 'logged in');
      const now = kit.app.environment.clock.now().wall;
      const maxAge = Math.max(0, Math.floor((principal.expiresAt - now) / 1000));
      reply.setCookie(sessionCookie, session.secret, { ...attributes, maxAge });
      return reply.code(201).send(shown(principal));
    },
  );
}

async function endOld(request: FastifyRequest, { access }: Kit): Promise<void> {
  const old = sessionOf(request);
  if (old !== null) await access.logout(old);
}

function logout(server: Server, kit: Kit): void {
  server.delete(
    '/api/v1/session',
    {
      config: { needs: 'anyone', problems: [403] },
      schema: {
        ...{ tags, summary: 'Log out' },
        description: 'Ends the session of the cookie. Without one nothing happens.',
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await endOld(request, kit);
      return reply.clearCookie(sessionCookie, attributes).code(204).send(null);
    },
  );
}

/** Logging in and out, and who one is. */
export const sessionRoutes = (server: Server, kit: Kit): void => {
  login(server, kit);
  logout(server, kit);
  server.get(
    '/api/v1/session',
    {
      config: { needs: 'viewer', shared: true },
      schema: {
        ...{ tags, summary: 'Who the caller is' },
        response: { 200: sessionSchema },
      },
    },
    async ({ principal }) => {
      if (principal === null) throw problemFault('unauthenticated', 'nobody asks');
      return shown(principal);
    },
  );
};
