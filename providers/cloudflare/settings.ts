import { Type } from 'typebox';

/** What an author may write under `providers:` for this kind, besides `type`. Everything is optional. */
export const cloudflareSchema = Type.Object(
  {
    zoneId: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{32}$',
        description:
          'The id of the zone, from the overview page of the domain. Without it the zone is found ' +
          'by its name, which takes a request more and the right to list zones.',
        expected: 'a zone id: 32 hexadecimal digits in lower case',
        fix: 'Copy the zone id from the overview page of the domain, or leave the key out.',
      }),
    ),
    tokenFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The file with the API token. A relative path starts at the folder of the configuration ' +
          'file. Without it the token is taken from the environment variable CLOUDFLARE_API_TOKEN.',
        expected: 'the path of a file',
        fix: 'Put the token into a file of its own and write its path here.',
      }),
    ),
    endpoint: Type.Optional(
      Type.String({
        // Plain http would show the token to everybody on the way; on loopback there is no way.
        pattern:
          '^(?:https://[A-Za-z0-9.-]+|http://(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\]))' +
          '(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?$',
        maxLength: 255,
        description:
          'Where the API is, for a proxy of your own; https, or http on this machine. A URL without ' +
          'a path means /client/v4 below it.',
        expected: 'an https URL, or an http URL on loopback',
        fix: 'Leave the key out to talk to Cloudflare itself.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The settings as the adapter gets them; the path of the token file is absolute. */
export interface CloudflareSettings {
  readonly zoneId?: string;
  readonly tokenFile?: string;
  readonly endpoint?: string;
}
