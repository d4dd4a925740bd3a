import { Type } from 'typebox';
import { presets } from '../mail/presets/presets.ts';
import * as part from './schema-parts.ts';

const { closed } = part;

const input = (description: string, expected: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 300, description, expected }));

/** A provider by name instead of records. What each preset asks for is held against it later. */
export const to = closed(
  {
    preset: Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'The provider that the mail moves to: dns-cutover help presets.',
      expected: 'the name of a preset',
      fix: 'See `dns-cutover help presets`.',
      examples: presets.filter(({ generate }) => generate !== null).map(({ id }) => id),
    }),
    mailExchange: input('The host that the provider has for this domain.', 'the name of a host'),
    region: input('The region of the account.', 'a region'),
    cluster: input('The digits in the names of its hosts.', 'eight hexadecimal digits'),
    spf: input(
      'The mechanism to put into the SPF record instead of that of the preset; leave: none.',
      'a mechanism such as include:spf.example.net, or leave',
    ),
    dkim: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 5000 }), {
        maxProperties: 20,
        description:
          'Records at <selector>._domainkey: by selector the host that a CNAME names, or the text of the key.',
        expected: 'a map from selectors to hosts or keys',
        fix: 'Write dkim: { selector1: selector1.dkim.example.net }.',
      }),
    ),
    autodiscover: part.oneOf(['leave', 'swap'], {
      description:
        'Whether autodiscover moves with the MX; it belongs to where mailboxes are, so it is left by default.',
      default: 'leave',
    }),
  },
  { description: 'Instead of records: the provider that the mail moves to.' },
);
