import { Type } from 'typebox';
import { type PropagationJson } from '../../view/propagation/json.ts';
import { nullable, open } from './common.ts';

const texts = Type.Array(Type.String());
const verdict = Type.String({ description: 'new, old, mixed, other, empty, refused or silent.' });

const authoritative = Type.Object(
  {
    name: Type.String(),
    address: Type.String(),
    verdict,
    ttl: nullable(Type.Integer()),
    serial: nullable(Type.Integer()),
    trouble: nullable(Type.String()),
  },
  open,
);

const resolver = Type.Object(
  {
    id: Type.String(),
    address: Type.String(),
    verdict: nullable(verdict),
    rdata: nullable(texts),
    ttl: nullable(Type.Integer()),
    ttlLeft: nullable(Type.Integer()),
    cause: nullable(Type.String(), { description: 'Why it is not new.' }),
    until: nullable(Type.String(), { description: 'When what was seen ends; null: not known.' }),
    operator: Type.String(),
    country: nullable(Type.String()),
    weight: Type.Number({ description: 'An estimate.' }),
    samples: Type.Integer(),
  },
  open,
);

/** `propagation --json`, as far as it is promised; more may come. */
export const propagationSchema = Type.Unsafe<PropagationJson>(
  Type.Object(
    {
      domain: Type.String(),
      type: Type.String(),
      expected: nullable(texts, { description: 'The new set; null: not known, or not yet.' }),
      authoritative: Type.Array(authoritative),
      resolvers: Type.Array(resolver),
      tally: Type.Unknown({
        description: 'How many say what; share and ableToTell are 0 to 1 by weight, or null.',
      }),
      at: Type.String(),
      standing: Type.String({ description: 'reached, pending, no authority or no resolver.' }),
      distrust: Type.Unknown({ description: 'Why no share means anything; null: one does.' }),
      notes: texts,
    },
    open,
  ),
);
