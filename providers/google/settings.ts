import { Type } from 'typebox';

/** What an author may write under `providers:` for this kind, besides `type`. */
export const googleSchema = Type.Object(
  {
    project: Type.Optional(
      Type.String({
        // Old projects of a company carry its domain before a colon: `example.com:dns`.
        pattern: '^(?:[a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$',
        maxLength: 100,
        description:
          'The id of the project that holds the zone. Without it, the project of the Application ' +
          'Default Credentials.',
        expected: 'a project id, such as mail-dns-4711',
        fix: 'Write the id of the project, neither its display name nor its number.',
      }),
    ),
    zone: Type.Optional(
      Type.String({
        pattern: '^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$',
        maxLength: 63,
        description:
          'The name of the managed zone, as gcloud dns managed-zones list shows it. Without it, ' +
          'the public zone with the longest matching domain name is used.',
        expected: 'the name of a managed zone, such as example-org',
        fix: 'Write the name of the managed zone, not its domain name: letters, digits, hyphens.',
      }),
    ),
    endpoint: Type.Optional(
      Type.String({
        // An access token goes there: never in the clear over a network.
        pattern:
          '^(?:https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?' +
          '|http://(?:127\\.0\\.0\\.1|localhost|\\[::1\\])(?::[0-9]{1,5})?)/?$',
        maxLength: 255,
        description:
          'Where the Cloud DNS API answers, if not at https://dns.googleapis.com: Private Google ' +
          'Access, or a test server.',
        expected: 'an https URL without a path, or http to this machine',
        fix: 'Write https://HOST; plain http would show your access token, save to 127.0.0.1.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The settings as the adapter gets them. Credentials are no setting: the default chain finds them. */
export interface GoogleSettings {
  readonly project?: string;
  /** The managed zone's own name, not its domain name. */
  readonly zone?: string;
  readonly endpoint?: string;
}
