import { Type } from 'typebox';

/** What an author may write under `providers:` for this kind, besides `type`. */
export const route53Schema = Type.Object(
  {
    zoneId: Type.Optional(
      Type.String({
        pattern: '^(?:/hostedzone/)?Z[A-Z0-9]{1,31}$',
        description:
          'The id of the hosted zone. Without it the zone is found by its name, which needs the ' +
          'right to list all hosted zones.',
        expected: 'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ',
        fix: 'Copy the id from the list of hosted zones in the console, or leave the key out.',
      }),
    ),
    profile: Type.Optional(
      Type.String({
        pattern: '^[^\\s\\[\\]]+$',
        maxLength: 255,
        description:
          'The profile of the AWS configuration files whose credentials are used. Without it the ' +
          'default chain decides: environment, shared files, single sign-on, the machine’s role.',
        expected: 'the name of a profile',
        fix: 'Write a name from ~/.aws/config, or leave the key out.',
      }),
    ),
    region: Type.String({
      pattern: '^[a-z]{2,5}(?:-[a-z]{2,10}){1,3}-[0-9]{1,2}$',
      default: 'us-east-1',
      description:
        'Route 53 is one service for all regions; the region only picks the partition (China and ' +
        'GovCloud have their own).',
      expected: 'the name of a region, such as us-east-1',
      fix: 'Leave the key out unless your account is in another partition.',
    }),
    endpoint: Type.Optional(
      Type.String({
        pattern:
          '^(?:https://[A-Za-z0-9.:\\[\\]-]+' +
          '|http://(?:127(?:\\.[0-9]{1,3}){3}|localhost|\\[::1\\])(?::[0-9]{1,5})?)/?$',
        maxLength: 255,
        description: 'Another address of the API: a private endpoint, or a double on this machine.',
        expected: 'a URL that begins with https://, or with http:// on this machine itself',
        fix: 'Write https://; what is signed but not encrypted can be read on its way.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The settings as the adapter gets them: complete. */
export interface Route53Settings {
  /** `Z…` or `/hostedzone/Z…`. */
  readonly zoneId?: string;
  readonly profile?: string;
  readonly region: string;
  readonly endpoint?: string;
}
