import { Type } from 'typebox';
import { limits } from '../limits.ts';
import * as part from './schema-parts.ts';

const { closed } = part;

const values = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ description: 'One record, as in a zone file.', maxLength: 70_000 }), {
      minItems: 1,
      maxItems: limits.rdataPerRRset,
      description,
      expected: `a list of 1 to ${limits.rdataPerRRset} values`,
      fix: `Name at least one value and at most ${limits.rdataPerRRset}; to delete the whole set write absent: true instead.`,
    }),
  );

export const recordSchema = closed(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 1100,
      description:
        "The owner: '@' is the domain, mail is mail.<domain>; a final dot ends a full name.",
      expected: 'a name',
      fix: "Write '@' for the domain itself, or the name in front of it.",
    }),
    type: Type.String({
      minLength: 1,
      maxLength: 20,
      description: 'The record type, such as MX or TXT.',
      expected: 'a record type',
    }),
    set: values('The whole RRset: every value that is not listed is lost, and the plan names it.'),
    add: values('Values that join what is there.'),
    remove: values('Values that must be there and go.'),
    absent: Type.Optional(
      Type.Literal(true, {
        description: 'Deletes the RRset.',
        expected: 'true, or no such key',
        fix: 'Leave the key out where the records are to stay.',
      }),
    ),
    ttl: Type.Optional(
      part.ttl({ description: 'The final TTL, if the RRset did not exist before.' }),
    ),
  },
  { description: 'What becomes of one RRset: set, or add and remove, or absent.' },
);

export const records = (description: string, minItems: number) =>
  Type.Array(recordSchema, {
    minItems,
    maxItems: limits.recordsPerStep,
    description,
    expected: `a list of ${minItems} to ${limits.recordsPerStep} records`,
    fix: "Write each as { name: '@', type: MX, set: ['0 mx.new.example'] }.",
    ...(minItems === 0 ? { default: [] } : {}),
  });

export const steps = Type.Array(
  closed(
    {
      name: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$',
        description: 'Names the step in plans, approvals and reports.',
        expected: 'a short name of letters, digits and hyphens',
      }),
      records: records('What this step writes.', 1),
    },
    { description: 'One swap of several, with a gate of its own.' },
  ),
  {
    minItems: 1,
    maxItems: limits.stepsPerCutover,
    description: 'Instead of records: several swaps, one after the other.',
    expected: `a list of 1 to ${limits.stepsPerCutover} steps`,
  },
);
