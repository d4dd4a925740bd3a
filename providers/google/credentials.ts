import { type Code, Fault } from '../../src/errors.ts';
import { networkWords } from '../network.ts';
import { isObject } from '../../src/object.ts';

const RENEW =
  'Run: gcloud auth application-default login; or point GOOGLE_APPLICATION_CREDENTIALS at a key ' +
  'file; or give this machine a service account.';

const KEY_FILE = 'Point GOOGLE_APPLICATION_CREDENTIALS at the key file as Google gave it.';

const responseOf = (error: unknown): Readonly<Record<string, unknown>> => {
  const response = isObject(error) ? error['response'] : undefined;
  return isObject(response) ? response : {};
};

const statusOf = (error: unknown): number | null => {
  const { status } = responseOf(error);
  return typeof status === 'number' ? status : null;
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : '');

const codeText = (error: unknown): string =>
  isObject(error) && typeof error['code'] === 'string' ? error['code'] : '';

/** Error codes of OAuth (RFC 6749 5.2, RFC 8693 2.2.2) and those that Google has besides. */
const OAUTH =
  /\b(?:invalid_(?:grant|client|request|scope|target|rapt)|unauthorized_client|access_denied|unsupported_grant_type)\b/;

/** What Google says beside such a code, as far as it is known and of use. */
const SAID = [
  ...['Token has been expired or revoked', 'Invalid JWT Signature', 'Account has been deleted'],
  ...['account not found', 'Token must be a short-lived token', 'reauth related error'],
] as const;

interface Known {
  readonly words: string;
  readonly fix?: string;
}

type Telling = (error: unknown) => Known | null;

const NAMED = 'specified by the GOOGLE_APPLICATION_CREDENTIALS environment variable';

/** V8 quotes what it could not parse: of a short file all of it, which may be a password. */
const notJson: Telling = error =>
  error instanceof SyntaxError || /is not valid JSON|\bJSON\b.*\bposition\b/.test(textOf(error))
    ? {
        words: textOf(error).includes(NAMED)
          ? 'the file that GOOGLE_APPLICATION_CREDENTIALS names is not JSON'
          : 'the file with the credentials is not JSON',
        fix: KEY_FILE,
      }
    : null;

/** OpenSSL's words say nothing to a person: `error:1E08010C:DECODER routines::unsupported`. */
const badKey: Telling = error =>
  /^ERR_(?:OSSL|CRYPTO)_/.test(codeText(error)) ||
  /\berror:[0-9A-F]{8}:|\b(?:DECODER|PEM|asn1) /.test(textOf(error))
    ? { words: 'the private key in the credentials cannot be read', fix: KEY_FILE }
    : null;

const lackingField: Telling = error => {
  const field = /The incoming JSON object does not contain an? ([a-z_]{1,40}) field/.exec(
    textOf(error),
  )?.[1];
  return field === undefined ? null : { words: `they have no field ${field}`, fix: KEY_FILE };
};

const badFile: Telling = error =>
  /^E(?:NOENT|ACCES|PERM|ISDIR|NOTDIR|NAMETOOLONG|LOOP)$/.test(codeText(error))
    ? { words: `their file cannot be read (${codeText(error)})`, fix: KEY_FILE }
    : null;

const oauth: Telling = error => {
  const data = responseOf(error)['data'];
  const told = isObject(data) && typeof data['error'] === 'string' ? data['error'] : '';
  const code = OAUTH.exec(told)?.[0] ?? OAUTH.exec(textOf(error))?.[0];
  if (code === undefined) return null;
  const description = isObject(data) ? data['error_description'] : undefined;
  const all = `${textOf(error)} ${typeof description === 'string' ? description : ''}`;
  const said = SAID.find(one => all.includes(one));
  return { words: said === undefined ? code : `${code}, ${said}` };
};

/** Fixed words of google-auth-library, and of Google where it refuses to impersonate. */
const PHRASES = [
  'Could not load the default credentials',
  'unable to impersonate',
  'iam.serviceAccounts.getAccessToken',
  'Unable to parse the subject_token from the credential_source',
  'No refresh token is set',
] as const;

const phrase: Telling = error => {
  const said = PHRASES.filter(one => textOf(error).includes(one));
  return said.length === 0 ? null : { words: said.join(': ') };
};

const network: Telling = error => {
  const words = networkWords(error);
  return words === null ? null : { words };
};

const answered: Telling = error => {
  const status = statusOf(error);
  return status === null ? null : { words: `they were answered with HTTP ${status}` };
};

const tellings = [notJson, badKey, lackingField, network, badFile, oauth, phrase, answered];

/**
 * What is known of an error around credentials. Words of libraries are never passed on: any of them may
 * quote a key, a token, a file or the answer of whoever stands in the way.
 */
function knownOf(error: unknown): Known {
  for (const telling of tellings) {
    const known = telling(error);
    if (known !== null) return known;
  }
  return { words: 'for a reason that is not repeated, since it might quote a secret' };
}

function codeOf(error: unknown): Code {
  const status = statusOf(error);
  if (status === 429) return 'RATE_LIMITED';
  if (status !== null) return status >= 500 || status === 408 ? 'UNAVAILABLE' : 'UNAUTHORIZED';
  return networkWords(error) === null ? 'UNAUTHORIZED' : 'UNAVAILABLE';
}

/** Why no access token could be had: there are no credentials, they ended, or nobody answered. */
export function faultOfCredentials(error: unknown, where: string): Fault {
  const code = codeOf(error);
  const { words, fix = RENEW } = knownOf(error);
  const head =
    code === 'UNAUTHORIZED'
      ? 'the Application Default Credentials give no access token'
      : 'the service that gives access tokens does not answer as it should';
  return new Fault(code, `${head}: ${words}`, {
    where,
    fix: code === 'UNAUTHORIZED' ? fix : 'Wait; see whether a firewall stands in the way.',
    details: { status: statusOf(error) },
  });
}

export const noProject = (where: string): Fault =>
  new Fault('UNAUTHORIZED', 'the Application Default Credentials name no project', {
    where,
    fix: 'Write the id of the project as `project:` in the entry of this provider.',
  });
