import { Type } from 'typebox';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type DeliveryView, shapes, type WebhookView } from '../../notify/notifier.ts';
import { lineTypes } from '../../view/sentences.ts';
import { isoOrNull, isoText } from '../../view/words.ts';
import { readTarget } from '../../web/guard.ts';
import { type Kit } from '../kit.ts';
import { problemFault } from '../problems/problem.ts';
import { forAllCutovers } from '../scope.ts';
import { closed, nullable, pageQuery } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';

const tags = ['webhooks'];
const time = Type.String({ format: 'date-time' });
const word = Type.String({ minLength: 1, maxLength: limits.nameOctets });
const shape = Type.Enum([...shapes], {
  description: 'An event as it is, or what a chat tool takes.',
});
const types = nullable(
  Type.Array(Type.Enum([...lineTypes]), {
    ...{ minItems: 1, maxItems: limits.webhookNames, uniqueItems: true },
  }),
  { description: 'Types of events that are sent; null: what a person wants to know.' },
);
const cutovers = nullable(
  Type.Array(word, { minItems: 1, maxItems: limits.webhookNames, uniqueItems: true }),
  { description: 'Ids of cutovers, or domains; null: all.' },
);

const webhookSchema = Type.Object(
  {
    id: Type.String(),
    url: Type.String({ description: 'Without a query, and of a chat tool without its path.' }),
    shape,
    types: nullable(Type.Array(Type.String())),
    cutovers: nullable(Type.Array(Type.String())),
    origin: Type.Enum(['config', 'api'], {
      description: 'Those of the configuration file are removed there.',
    }),
    disabled: nullable(Type.Object({ at: time, why: Type.String() }, closed)),
    cursor: nullable(Type.String(), {
      description: 'No event up to this one, `<epoch>-<n>`, waits to be delivered.',
    }),
  },
  closed,
);

const deliverySchema = Type.Object(
  {
    ...{ id: Type.String(), event: Type.String(), type: Type.String() },
    state: Type.Enum(['waiting', 'delivered', 'failed']),
    attempts: Type.Array(
      Type.Object(
        {
          at: time,
          status: nullable(Type.Integer(), { description: 'Of HTTP; null: no answer.' }),
          why: nullable(Type.String(), { description: 'Why it failed; never the reply.' }),
          tookMs: Type.Number(),
        },
        closed,
      ),
      { description: 'The last ones, oldest first.' },
    ),
    nextAt: nullable(time),
  },
  closed,
);

const params = Type.Object({ webhook: word }, closed);

const shownWebhook = (webhook: WebhookView) => ({
  ...webhook,
  types: webhook.types && [...webhook.types],
  cutovers: webhook.cutovers && [...webhook.cutovers],
  disabled: webhook.disabled && { ...webhook.disabled, at: isoText(webhook.disabled.at) },
});

const shownDelivery = (delivery: DeliveryView) => ({
  ...delivery,
  attempts: delivery.attempts.map(attempt => ({ ...attempt, at: isoText(attempt.at) })),
  nextAt: isoOrNull(delivery.nextAt),
});

const absent = (what: 'webhook' | 'delivery') =>
  problemFault('not-found', `there is no such ${what}`, {
    fix:
      what === 'webhook'
        ? 'GET /api/v1/webhooks lists them.'
        : 'GET /api/v1/webhooks/{webhook}/deliveries lists the last ones.',
  });

/** Whom nobody may name is a mistake of the request: no change of any state mends it. */
function demandTarget(url: string): void {
  try {
    readTarget(url, { allowPrivate: false });
  } catch (error) {
    if (!isFault(error)) throw error;
    const { message, fix } = error;
    throw problemFault('malformed', message, {
      ...(fix !== undefined && { fix }),
      details: { errors: [{ path: '/body/url', message }] },
    });
  }
}

const guarded = {
  config: { needs: 'admin' },
  preHandler: forAllCutovers('webhooks tell of every cutover'),
} as const;

/** Somebody else may have changed the list meanwhile. */
const changing = { ...guarded, config: { needs: 'admin', problems: [409] } } as const;

function lists(server: Server, { notifier }: Kit): void {
  server.get(
    '/api/v1/webhooks',
    {
      ...guarded,
      schema: {
        ...{ tags, summary: 'Receivers of events' },
        response: {
          200: Type.Object({ webhooks: Type.Array(webhookSchema) }, closed),
        },
      },
    },
    async () => ({ webhooks: (await notifier.list()).map(shownWebhook) }),
  );
  server.get(
    '/api/v1/webhooks/:webhook/deliveries',
    {
      ...guarded,
      schema: {
        ...{ tags, summary: 'What was sent to a receiver', params },
        description: 'The last ones, newest first.',
        querystring: Type.Object(pageQuery, closed),
        response: {
          200: Type.Object(
            { deliveries: Type.Array(deliverySchema), next: nullable(Type.String()) },
            closed,
          ),
        },
      },
    },
    async ({ params: { webhook }, query: { limit = '50', after = null } }) => {
      const rows = Number(limit);
      const found = await notifier.deliveries(webhook, { before: after, limit: rows + 1 });
      if (found === null) throw absent('webhook');
      const page = found.slice(0, rows);
      const next = found.length > rows ? (page.at(-1)?.id ?? null) : null;
      return { deliveries: page.map(shownDelivery), next };
    },
  );
}

function changes(server: Server, { notifier }: Kit): void {
  server.post(
    '/api/v1/webhooks',
    {
      ...changing,
      schema: {
        ...{ tags, summary: 'Add a receiver' },
        description:
          'https to a public address only; the configuration file can allow more. The secret is shown this once.',
        body: Type.Object(
          {
            url: Type.String({ minLength: 1, maxLength: limits.urlCharacters }),
            shape: Type.Optional(shape),
            types: Type.Optional(types),
            cutovers: Type.Optional(cutovers),
          },
          closed,
        ),
        response: {
          201: Type.Object({ webhook: webhookSchema, secret: Type.String() }, closed),
        },
      },
    },
    async ({ body, principal, log }, reply) => {
      demandTarget(body.url);
      const order = {
        ...{ url: body.url, shape: body.shape ?? 'event' },
        ...{ types: body.types ?? null, cutovers: body.cutovers ?? null },
      } as const;
      const { webhook, secret } = await notifier.create(order);
      log.info({ by: principal?.id, webhook: webhook.id }, 'webhook made');
      return reply.code(201).send({ webhook: shownWebhook(webhook), secret });
    },
  );
  server.delete(
    '/api/v1/webhooks/:webhook',
    {
      ...changing,
      schema: {
        ...{ tags, summary: 'Remove a receiver', params },
        response: { 204: Type.Null() },
      },
    },
    async ({ params: { webhook }, principal, log }, reply) => {
      if (!(await notifier.remove(webhook))) throw absent('webhook');
      log.info({ by: principal?.id, webhook }, 'webhook removed');
      return reply.code(204).send(null);
    },
  );
}

function sendings(server: Server, { notifier }: Kit): void {
  server.post(
    '/api/v1/webhooks/:webhook/test',
    {
      ...guarded,
      schema: {
        ...{ tags, summary: 'Send a test at once', params },
        description: 'Enables a receiver that had been disabled, if it takes the test.',
        response: { 200: deliverySchema },
      },
    },
    async ({ params: { webhook } }) => {
      const came = await notifier.test(webhook);
      if (came === null) throw absent('webhook');
      return shownDelivery(came);
    },
  );
  server.post(
    '/api/v1/webhooks/:webhook/deliveries/:delivery/redeliver',
    {
      ...changing,
      schema: {
        ...{ tags, summary: 'Send an event once more' },
        params: Type.Object({ webhook: word, delivery: word }, closed),
        response: { 202: deliverySchema },
      },
    },
    async ({ params: { webhook, delivery } }, reply) => {
      const again = await notifier.redeliver(webhook, delivery);
      if (again === null) throw absent('delivery');
      return reply.code(202).send(shownDelivery(again));
    },
  );
}

export const webhooksRoutes = (server: Server, kit: Kit): void => {
  lists(server, kit);
  changes(server, kit);
  sendings(server, kit);
};
