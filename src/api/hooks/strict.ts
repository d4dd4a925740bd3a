import { Type } from 'typebox';
import { Fault } from '../../errors.ts';
import { malformed } from '../problems/problem.ts';
import { closed } from '../schemas/common.ts';
import { type Server } from '../server-type.ts';

interface Shape {
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Shape[];
}

const isClosed = ({ type, additionalProperties, anyOf }: Shape): boolean =>
  anyOf?.every(isClosed) ?? (type !== 'object' || additionalProperties !== undefined);

/** A request that says more than a route takes, in whatever part of it, was meant for something else. */
const noParameters = Type.Object({}, closed);

/**
 * A route whose schemas let pass what they do not name is refused before the server starts: `dryRun_`
 * must never be taken for nothing. Nor is it where a route takes no body, or no parameters, at all.
 */
export function demandClosedSchemas(server: Server): void {
  server.addHook('onRoute', route => {
    const { url, schema } = route;
    const { body, params, querystring } = schema ?? {};
    for (const shape of [body, params, querystring] as readonly (Shape | undefined)[])
      if (shape !== undefined && !isClosed(shape))
        throw new Fault('BUG', `${url} takes members that its schema does not name`, {
          where: 'schema',
          fix: 'Give its objects additionalProperties: false.',
        });
    // Links to pages and probes of other programs may carry what is theirs.
    if (url.startsWith('/api/') && querystring === undefined)
      route.schema = { ...schema, querystring: noParameters };
  });
  server.addHook('preValidation', async ({ body, is404, routeOptions }) => {
    if (!is404 && (body ?? null) !== null && routeOptions.schema?.body === undefined)
      throw malformed([{ path: '/body', message: 'must not be there: nothing is taken from it' }]);
  });
}
