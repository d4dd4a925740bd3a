import { single } from './yaml-scalar.ts';

/** A setting of a provider as `init` writes it: with a value that was given, else as a comment. */
export interface InitSetting {
  readonly key: string;
  /** What stands in the comment while nothing was given. */
  readonly example: string;
  readonly about: string;
  /** Nothing works without it: the example stands there until somebody writes better. */
  readonly needed?: boolean;
  /** The option of `init` that gives it, without dashes. */
  readonly flag?: string;
  /** Asked on a terminal; an empty answer leaves it out. */
  readonly question?: string;
}

/** What `init` knows about a kind of provider besides its schema. */
export interface InitBlock {
  readonly about: string;
  /** Where credentials come from and which rights are needed: one comment line each. */
  readonly notes: readonly string[];
  readonly settings: readonly InitSetting[];
}

/** The kinds whose credentials come from elsewhere: nothing has to be set, so nothing is asked twice. */
export const initBlocks: Readonly<Record<string, InitBlock>> = {
  route53: {
    about: 'Amazon Route 53',
    notes: [
      'Credentials come from the default chain of AWS: environment, ~/.aws, SSO, the role of this machine.',
      'Rights: route53:GetHostedZone, ListResourceRecordSets, ListResourceRecordSetProtections and',
      'ChangeResourceRecordSets on the zone, GetChange, and ListHostedZonesByName where no zoneId is set.',
      'The policy to copy: docs/providers/route53.md',
    ],
    settings: [
      {
        key: 'zoneId',
        example: 'Z0123456789ABCDEFGHIJ',
        about: 'where several zones have the name',
        flag: 'zone',
        question:
          'The id of the hosted zone, such as Z0123456789ABCDEFGHIJ (nothing: found by name)?',
      },
      { key: 'profile', example: 'mail', about: 'a profile of ~/.aws', flag: 'profile' },
    ],
  },
  google: {
    about: 'Google Cloud DNS',
    notes: [
      'Credentials are the Application Default Credentials: gcloud auth application-default login,',
      'GOOGLE_APPLICATION_CREDENTIALS, or the service account of this machine.',
      'Rights: the custom role of docs/providers/google-cloud-dns.md, on the zone',
    ],
    settings: [
      {
        key: 'project',
        example: 'my-project',
        about: 'else that of the credentials',
        flag: 'project',
        question: 'The id of the Google Cloud project (nothing: that of the credentials)?',
      },
      {
        key: 'zone',
        example: 'example-org',
        about: 'the managed zone, where several have the name',
        flag: 'zone',
        question: 'The name of the managed zone, such as example-org (nothing: found by domain)?',
      },
    ],
  },
  cloudflare: {
    about: 'Cloudflare',
    notes: [
      'Credentials are an API token: in CLOUDFLARE_API_TOKEN, or in a file (tokenFile; chmod 600).',
      'Rights of the token: Zone / DNS / Edit and Zone / Zone / Read, for this zone only;',
      'how to make one: docs/providers/cloudflare.md',
    ],
    settings: [
      {
        key: 'zoneId',
        example: '023e105f4ecef8ad9ca31a8372d0c353',
        about: 'else found by name',
        flag: 'zone',
        question: 'The id of the zone, 32 hexadecimal digits (nothing: found by name)?',
      },
      {
        key: 'tokenFile',
        example: './cloudflare.token',
        about: 'else CLOUDFLARE_API_TOKEN',
        flag: 'token-file',
      },
    ],
  },
};

/** What the schema of a kind says about its settings, where nothing more is known. */
export function blockOf(type: string, schema: unknown): InitBlock {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, { description?: string; examples?: unknown }>>;
    readonly required?: readonly string[];
  };
  const settings = Object.entries(properties).map(([key, { description = '', examples }]) => ({
    key,
    example: JSON.stringify(Array.isArray(examples) ? examples[0] : 'change-me'),
    about: description,
    needed: required.includes(key),
  }));
  return { about: type, notes: [], settings };
}

const COLUMN = 41;
const beside = (line: string, comment: string): string =>
  comment === '' ? line : `${line.padEnd(COLUMN - 1)} # ${comment}`;

/** The entry of such a provider, below its name and indented by four. */
export function blockText(
  type: string,
  { about, notes, settings }: InitBlock,
  given: Readonly<Record<string, string>>,
): string {
  const lines = settings.map(setting => {
    const { key, example, about: why, needed = false } = setting;
    const value = given[key];
    if (value !== undefined) return beside(`    ${key}: ${single(value)}`, why);
    return beside(`    ${needed ? '' : '# '}${key}: ${example}`, why);
  });
  return [beside(`    type: ${type}`, about), ...notes.map(note => `    # ${note}`), ...lines].join(
    '\n',
  );
}

export interface Rfc2136Answers {
  /** The address or name of the server that takes updates. */
  readonly server: string;
  /** Its TCP port, where that is not 53. */
  readonly port?: number;
}

/** The entry of a server that takes dynamic updates. */
export const rfc2136Text = ({ server, port = 53 }: Rfc2136Answers): string =>
  [
    beside('    type: rfc2136', 'a server that takes dynamic updates (BIND, Knot, ...)'),
    '    # Rights: updates of the names and types below, signed with this key; how to grant them:',
    '    # docs/providers/rfc2136.md',
    `    server: ${single(server)}`,
    ...(port === 53 ? [] : [`    port: ${port}`]),
    '    key:',
    beside('      name: cutover', 'as the server knows it'),
    '      algorithm: hmac-sha256',
    beside('      secretFile: ./tsig.secret', 'base64, or the key file of tsig-keygen; chmod 600'),
  ].join('\n');
