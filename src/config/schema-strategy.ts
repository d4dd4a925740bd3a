import { Type } from 'typebox';
import * as part from './schema-parts.ts';

const { closed } = part;

export const strategy = part.oneOf(['direct', 'staged'], {
  description:
    'direct: no step has hosts of both sides. staged: the new hosts join the old ones, preferences are flipped, ' +
    'and the old ones go; only where both reach the same mailboxes.',
  default: 'direct',
  fix: 'Write direct or staged; a pivot through a gateway is direct, with steps.',
});

export const sameBackend = Type.Optional(
  Type.Boolean({
    description: 'Whether both ends reach the same mailboxes; staged needs it to be true.',
  }),
);

const recipient = (description: string) =>
  Type.String({
    pattern: '^[^@\\s<>]+@[^@\\s<>]+$',
    maxLength: 320,
    description,
    expected: 'a mail address',
  });

export const coexistence = closed(
  {
    authoritative: part.oneOf(['old', 'new'], {
      description: 'The side that refuses recipients that nobody has; the other hands them on.',
      fix: 'Write old or new.',
    }),
    recipientOnOld: recipient('An address whose mailbox is on the old host.'),
    recipientOnNew: recipient('An address whose mailbox is on the new host.'),
  },
  {
    description:
      'Both hosts serve the domain while its mailboxes move, each handing on what lives at the other.',
    expected: 'a map with authoritative, recipientOnOld and recipientOnNew',
  },
);
