// Only its type: the package is not there where the product runs.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { type Principal, type Rank } from '../access/principal.ts';

/** A fastify whose routes are typed by their schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may come here: a rank or a higher one, the reader of metrics, or anyone at all. */
    needs?: Rank | 'metrics' | 'anyone';
    /** An agent, too, which has no rank; what it may ask for here is for the route to see. */
    agents?: true;
    /** `params.id` names a cutover, by id or domain; the principal must cover it. */
    cutover?: true;
    /** Whether it is open to those who came by a share link; only what has `cutover` is unless it says so. */
    shared?: boolean;
    /** Which budget a request is counted against; reads for GET, acts otherwise. */
    limit?: 'reads' | 'acts' | 'login' | 'queries' | 'none';
    /** Statuses of problems, besides those that follow from what a route is. */
    problems?: readonly number[];
    /** Answers with a stream to whoever accepts one: that lasts, and takes no place from other readers. */
    stream?: true;
    /** Answers under whatever name it is asked: probes come by address, and learn nothing. */
    anyHost?: true;
  }
  interface FastifyRequest {
    /** Null only where anyone may come. Set before a handler runs. */
    principal: Principal | null;
  }
}
