import { type FastifyRequest } from 'fastify';
import { type Cutover } from '../cutover/cutover.ts';
import { type Fault } from '../errors.ts';
import { type Kit } from './kit.ts';
import { problemFault } from './problems/problem.ts';

/** The same words whether there is none or the caller may not know of it. */
export const noCutover = (name: string): Fault =>
  problemFault('not-found', `there is no cutover ${JSON.stringify(name)}`, {
    fix: 'GET /api/v1/cutovers lists those that you may see.',
  });

/** The cutover that a path names, by its id or by its domain. @throws Fault not-found */
export async function cutoverOf({ app }: Kit, name: string): Promise<Cutover> {
  const found = await app.find(name);
  if (found === null) throw noCutover(name);
  return found;
}

/** What concerns every cutover is nothing in which whoever may see only some has a say. */
export const forAllCutovers =
  (why: string) =>
  async ({ principal }: FastifyRequest): Promise<void> => {
    if ((principal?.cutovers ?? null) === null) return;
    throw problemFault('forbidden', `${why}, and you may see only some`, {
      fix: 'Ask an admin whose token names no cutovers.',
    });
  };
