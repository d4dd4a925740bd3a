import { Type } from 'typebox';
import { limits } from '../limits.ts';
import * as part from './schema-parts.ts';

export const waves = part.closed(
  {
    canary: Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 1100,
        description: 'A domain of this file.',
        expected: 'a domain name',
      }),
      {
        maxItems: 100,
        description: 'The first wave: domains that matter less than the others.',
        default: [],
      },
    ),
    shares: Type.Array(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        description: 'A share of the others, in per cent.',
        expected: 'a percentage above 0 and up to 100',
      }),
      {
        minItems: 1,
        maxItems: 20,
        description: 'How much of the others has begun by the end of each later wave.',
        default: [100],
        expected: 'percentages that rise to 100',
        fix: 'Write such as [10, 50, 100].',
      },
    ),
    concurrency: Type.Integer({
      minimum: 1,
      maximum: limits.waveConcurrency,
      description: 'How many domains may be on their way at once.',
      default: 5,
    }),
    stopOnFailure: Type.Boolean({
      description: 'Whether nothing new is started once a domain has failed.',
      default: true,
    }),
    wait: part.duration({
      description: 'Between the last swap of a wave and the next wave.',
      default: '24h',
    }),
    patience: part.duration({
      description: 'A domain that waits for a person for longer has failed.',
      default: '30m',
    }),
    sharedOldHost: Type.Boolean({
      description: 'Whether the domains have one old host, which is closed after the last of them.',
      default: true,
    }),
  },
  { description: 'All domains of the file, one wave after the other (dns-cutover wave).' },
);
