import { Type } from 'typebox';

/** What an author may write under `providers:` for this kind, besides `type`. */
export const rfc2136Schema = Type.Object(
  {
    server: Type.String({
      pattern:
        '^(?:(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])' +
        '|(?:[A-Za-z0-9_-]+\\.)*[0-9_-]*[A-Za-z][A-Za-z0-9_-]*\\.?' +
        '|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\\.[0-9]{1,3}){0,3})$',
      maxLength: 255,
      description: 'The primary server that takes updates: an IP address or a host name.',
      expected: 'an IP address or a host name',
      fix: 'Write the address or the name alone; the port has its own key.',
    }),
    port: Type.Integer({
      minimum: 1,
      maximum: 65535,
      default: 53,
      description: 'The TCP port of the server.',
      fix: 'Write a port number.',
    }),
    key: Type.Object(
      {
        name: Type.String({
          pattern: '^[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*\\.?$',
          maxLength: 255,
          description: 'The name of the TSIG key, exactly as the server knows it.',
          expected: 'a key name, such as cutover',
          fix: 'Write the name of the key as the configuration of the server has it.',
        }),
        algorithm: Type.Union(
          [Type.Literal('hmac-sha256'), Type.Literal('hmac-sha384'), Type.Literal('hmac-sha512')],
          {
            description: 'The algorithm of the TSIG key (RFC 8945 6).',
            fix: 'Make a key with one of these; older algorithms are not safe.',
          },
        ),
        secretFile: Type.String({
          minLength: 1,
          description:
            'The file with the secret: base64, or a key file as tsig-keygen writes it. ' +
            'A relative path starts at the folder of the configuration file.',
          expected: 'the path of a file',
          fix: 'Put the secret into a file of its own and write its path here.',
        }),
      },
      { additionalProperties: false, description: 'The TSIG key that signs updates.' },
    ),
  },
  { additionalProperties: false },
);

/** The settings as the adapter gets them: complete, the path of the secret file absolute. */
export interface Rfc2136Settings {
  /** An IP address or a host name. */
  readonly server: string;
  readonly port: number;
  readonly key: {
    readonly name: string;
    readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
    readonly secretFile: string;
  };
}
