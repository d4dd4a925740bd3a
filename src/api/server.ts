import { fastifyCookie } from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, type FastifyServerOptions } from 'fastify';
import { limits } from '../limits.ts';
import { type Certificate, openConnections, refuseConnection } from './connections.ts';
import { guardAccess, identify } from './hooks/access.ts';
import { readBodies } from './hooks/bodies.ts';
import { type Budgets, keepBudgets, usualBudgets } from './hooks/budgets.ts';
import { guardCrossSite } from './hooks/cross-site.ts';
import { sendHeaders } from './hooks/headers.ts';
import { guardFraming } from './hooks/framing.ts';
import { guardHost } from './hooks/host.ts';
import { type Log, logRequests, logSettings } from './hooks/log.ts';
import { answerFrameworkError, answerProblems } from './hooks/problems.ts';
import { keepRoomForActs } from './hooks/room.ts';
import { refuseWhenStopping } from './hooks/stopping.ts';
import { answerUnknown } from './hooks/unknown.ts';
import { cutUnread } from './hooks/unread.ts';
import { demandClosedSchemas } from './hooks/strict.ts';
import { type Kit } from './kit.ts';
import { describeApi } from './openapi.ts';
import { descriptionRoutes } from './routes/description.ts';
import { operationRoutes } from './routes/operations.ts';
import { cutoverRoutes } from './routes/cutovers.ts';
import { actionRoutes } from './routes/actions.ts';
import { planRoutes } from './routes/plans.ts';
import { propagationRoutes } from './routes/propagation.ts';
import { snapshotRoutes } from './routes/snapshots.ts';
import { reportRoutes } from './routes/report.ts';
import { journalRoutes } from './routes/journal.ts';
import { eventRoutes } from './routes/events.ts';
import { resolverRoutes } from './routes/resolvers.ts';
import { queryRoutes } from './routes/query.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { sessionRoutes } from './routes/session.ts';
import { sessionsRoutes } from './routes/sessions.ts';
import { sharesRoutes } from './routes/shares.ts';
import { tokensRoutes } from './routes/tokens.ts';
import { pagesRoutes } from './routes/pages.ts';
import { versionRoutes } from './routes/version.ts';
import { webhooksRoutes } from './routes/webhooks.ts';
import { type Server } from './server-type.ts';

export interface ServerOptions {
  /** Where lines of the log go; null: nowhere. */
  readonly log: Log | null;
  /** TLS by this process; null: plain HTTP, on loopback or behind a proxy. */
  readonly tls?: Certificate | null;
  readonly budgets?: Partial<Budgets>;
}

/** Each noun brings its routes. */
const routes: readonly ((server: Server, kit: Kit) => void)[] = [
  queryRoutes,
  resolverRoutes,
  journalRoutes,
  metricsRoutes,
  reportRoutes,
  snapshotRoutes,
  propagationRoutes,
  planRoutes,
  actionRoutes,
  cutoverRoutes,
  descriptionRoutes,
  eventRoutes,
  healthRoutes,
  operationRoutes,
  pagesRoutes,
  sessionRoutes,
  sessionsRoutes,
  sharesRoutes,
  tokensRoutes,
  versionRoutes,
  webhooksRoutes,
];

function settings(kit: Kit, { log, tls = null }: ServerOptions): FastifyServerOptions {
  const { proxies } = kit.settings;
  const { chance, clock } = kit.app.environment;
  const name = (): string => chance.hex(8);
  return {
    ...logSettings(log, clock),
    bodyLimit: limits.apiBodyOctets,
    // Who is asked for by whom: a proxy that is named may say so, nobody else.
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    genReqId: name,
    serverFactory: answer => openConnections(tls, answer),
    clientErrorHandler: (error, socket) => {
      refuseConnection(error, socket, name());
    },
    frameworkErrors: answerFrameworkError(kit),
    // A hook of ours says it, as a problem.
    return503OnClosing: false,
    // A typo must never be dropped, nor "60" be taken for 60, in a product that edits zones.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    routerOptions: { maxParamLength: limits.nameOctets },
  };
}

/** In this order: what costs least and says least comes first. */
async function guard(server: Server, kit: Kit, budgets: Budgets): Promise<void> {
  sendHeaders(server, kit);
  logRequests(server);
  cutUnread(server);
  refuseWhenStopping(server);
  guardFraming(server);
  guardHost(server, kit);
  await server.register(fastifyCookie);
  keepRoomForActs(server);
  identify(server, kit);
  await keepBudgets(server, budgets);
  guardCrossSite(server, kit);
  guardAccess(server, kit);
}

/** The API and the page as one server that does not listen yet: `inject` and `listen` are the caller's. */
export async function makeServer(kit: Kit, options: ServerOptions): Promise<Server> {
  const server: Server = fastify(settings(kit, options)).withTypeProvider<TypeBoxTypeProvider>();
  answerProblems(server, kit);
  answerUnknown(server);
  readBodies(server);
  await guard(server, kit, { ...usualBudgets, ...options.budgets });
  demandClosedSchemas(server);
  await describeApi(server);
  for (const register of routes) register(server, kit);
  await server.ready();
  return server;
}
