import { type Route53Client } from '@aws-sdk/client-route-53';
import { type Clock } from '../../src/clock.ts';
import { Fault } from '../../src/errors.ts';
import { keepSkew, type SkewKept } from '../skew.ts';

const headerOf = (response: unknown, name: string): string => {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return '';
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null) return '';
  const value: unknown = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : '';
};

/**
 * A page for people in the place of an answer, known before the SDK reads it: one with status 200 would
 * look to it like an answer that holds nothing.
 */
export function refusePages(client: Route53Client, where: string): void {
  client.middlewareStack.add(
    next => async asked => {
      const answer = await next(asked);
      if (!/^text\/html\b/i.test(headerOf(answer.response, 'content-type'))) return answer;
      throw new Fault(
        'UNAVAILABLE',
        'a web page (HTML) answered in the place of Route 53, which is not AWS: a proxy or portal stands in the way',
        { where, fix: 'Log in at the portal, or reach AWS directly; see `endpoint` if it is set.' },
      );
    },
    { step: 'deserialize', priority: 'low', name: 'refusePages' },
  );
}

/** Hears what each answer tells of the clock at AWS. */
export function timeAnswers(client: Route53Client, clock: Clock): SkewKept['last'] {
  const skew = keepSkew(clock);
  client.middlewareStack.add(
    next => async asked => {
      const began = clock.now().up;
      const answer = await next(asked);
      skew.heard(headerOf(answer.response, 'date'), began);
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'timeAnswers' },
  );
  return skew.last;
}
