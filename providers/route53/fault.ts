import { Fault, isFault } from '../../src/errors.ts';
import { profileNames } from './profiles.ts';
import { withoutUrlSecrets } from '../words.ts';

/** Whom a failure is about. */
export interface About {
  /** The entry under `providers:`. */
  readonly provider: string;
  readonly profile: string | undefined;
  /** Another address of the API, where one is set. */
  readonly endpoint?: string | undefined;
}

/** When Route 53 throttles without saying for how long: five requests a second are allowed. */
const RETRY_AFTER_MS = 1000;

/** Complaints beyond these are not repeated: a message is one line. */
const WORDS_MOST = 600;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter(
    (text): text is string => typeof text === 'string' && text !== '',
  );

/**
 * What is wrong with a change batch, one text a complaint. Route 53 has three forms for it: a bracketed
 * list in <Message>, a list of <Messages> within <Error>, and the same below a root <InvalidChangeBatch>,
 * which the SDK does not recognise: it names the error Unknown.
 */
function complaintsOf(error: Fields): readonly string[] {
  const inner = fieldsOf(error['Error']);
  const listed = [error['messages'], error['Messages'], inner['Messages']].map(value => [
    ...textsOf(value),
    ...textsOf(fieldsOf(value)['Message']),
  ]);
  const single = textsOf(error['message']).filter(text => text !== 'UnknownError');
  const all = listed.find(texts => texts.length > 0) ?? single;
  return all.map(withoutUrlSecrets).flatMap(text => {
    const list = /^\s*\[([^]*)\]\s*$/.exec(text)?.[1] ?? text;
    return list.split(/,\s+(?=[A-Z])/).map(one => one.trim());
  });
}

/** The headers of the answer, which the SDK keeps out of sight. */
function headersOf(error: Fields): Fields {
  return fieldsOf(fieldsOf(error['$response'])['headers']);
}

function retryAfterMs(error: Fields): number {
  const seconds = Number(headersOf(error)['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : RETRY_AFTER_MS;
}

const listOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const throttled = listOf(
  'Throttling ThrottlingException ThrottledException PriorRequestNotComplete RequestLimitExceeded ' +
    'TooManyRequestsException RequestThrottled RequestThrottledException SlowDown LimitExceeded',
);
const withoutRight = listOf(
  'AccessDenied AccessDeniedException NotAuthorizedException UnauthorizedOperation AuthFailure',
);
const expired = listOf('ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired');
const unknownKey = listOf(
  'InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId MissingAuthenticationToken ' +
    'MissingAuthenticationTokenException InvalidToken OptInRequired NotSignedUp',
);
const badSignature = listOf(
  'SignatureDoesNotMatch IncompleteSignature InvalidSignatureException RequestTimeTooSkewed ' +
    'RequestInTheFuture',
);
const noCredentials = listOf('CredentialsProviderError TokenProviderError ProviderError');
const noSuchZone = listOf('NoSuchHostedZone HostedZoneNotFound');

const loginFix = ({ profile }: About): string =>
  profile === undefined
    ? 'Log in again (aws sso login), or renew the credentials of this machine.'
    : `Log in again: aws sso login --profile ${profile}`;

/** What the SDK says, in words of ours: its own may quote files, commands and tokens. */
const causes: readonly (readonly [RegExp, string])[] = [
  [/\bSSO\b|single sign-on|session/i, 'the session of single sign-on is over or not usable'],
  [/multi-factor/i, 'it wants a code of multi-factor authentication'],
  [/from any providers|instance metadata/i, 'no place has any, and this machine has no role'],
  [/Could not resolve credentials using profile/i, 'its entry names none that can be used'],
];

const NAMES_MOST = 10;

/** No credentials at all. What a credential process printed may be secret and is not repeated. */
function credentialsFault(error: Fields, about: About): Fault {
  const [said = ''] = textsOf(error['message']);
  const profile = about.profile ?? process.env['AWS_PROFILE'];
  const names = profileNames();
  const missing = profile !== undefined && !names.includes(profile);
  const shown = names.length === 0 ? 'there are none' : names.slice(0, NAMES_MOST).join(', ');
  const whose = profile === undefined ? 'the default chain' : `profile ${profile}`;
  const from = about.profile === undefined && missing ? ' (from AWS_PROFILE)' : '';
  const known = causes.find(([form]) => form.test(said))?.[1] ?? 'the way to get them failed';
  const words = missing ? `it does not exist; profiles: ${shown}` : known;
  const option = profile === undefined ? '' : ` --profile ${profile}`;
  return new Fault('UNAUTHORIZED', `no AWS credentials from ${whose}${from}: ${words}`, {
    where: `provider ${about.provider}`,
    fix:
      known === causes[0]?.[1] && !missing
        ? loginFix({ ...about, profile })
        : `Set credentials as for the AWS command line, and try: aws sts get-caller-identity${option}`,
    details: { answered: error['name'] },
  });
}

const reachFix = ({ endpoint }: About): string =>
  endpoint === undefined
    ? 'See whether this machine reaches route53.amazonaws.com.'
    : `See whether this machine reaches ${endpoint}, and whether \`endpoint\` is right.`;

/** One line, bounded, without what URLs in it may keep secret. */
const clip = (text: string): string => {
  const line = withoutUrlSecrets(text).replace(/\s+/g, ' ').trim();
  return line.length > WORDS_MOST ? `${line.slice(0, WORDS_MOST)}…` : line;
};

interface Answered {
  readonly error: Fields;
  readonly name: string;
  readonly words: string;
  readonly about: About;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Refusals of who asks. The words about signatures repeat the request, token included: left out. */
function identityFault({ name, words, about, details }: Answered): Fault | null {
  const where = `provider ${about.provider}`;
  if (withoutRight.has(name))
    return new Fault('UNAUTHORIZED', `AWS refuses (${name}): ${words}`, {
      ...{ where, details },
      fix:
        'Give these credentials the policy of docs/providers/route53.md. Names in its conditions ' +
        'are lower case and have no final dot.',
    });
  if (expired.has(name))
    return new Fault('UNAUTHORIZED', `the AWS credentials have expired (${name})`, {
      ...{ where, details },
      fix: loginFix(about),
    });
  if (unknownKey.has(name))
    return new Fault('UNAUTHORIZED', `AWS does not know these credentials (${name})`, {
      ...{ where, details },
      fix: 'See which are used: aws sts get-caller-identity. A deleted key, or another partition?',
    });
  if (!badSignature.has(name)) return null;
  const clock = /expired|skew|not yet current|future/i.test(`${name} ${words}`);
  return new Fault('UNAUTHORIZED', `AWS does not accept the signature (${name})`, {
    ...{ where, details },
    fix: clock
      ? 'Set the clock of this machine by NTP: signatures are good for 5 minutes.'
      : 'The secret access key does not belong to the access key id. Copy both again.',
  });
}

/** An answer that no AWS gave: a proxy, a captive portal, a wrong endpoint. */
const strangerFault = ({ about, details }: Answered, status: unknown): Fault =>
  new Fault(
    'UNAVAILABLE',
    `what answered is not AWS (HTTP ${String(status)}, no request id): a proxy in the way?`,
    {
      ...{ where: `provider ${about.provider}`, details },
      fix: `${reachFix(about)} A proxy may stand in the way.`,
    },
  );

/** No answer: the network, the name, or the certificate. */
function networkFault(error: Fields, about: About): Fault {
  const inner = fieldsOf(error['cause']);
  const code = textsOf(error['code'])[0] ?? textsOf(inner['code'])[0] ?? String(error['name']);
  const certificate = /CERT|SIGNATURE|EPROTO|SSL/.test(code);
  return new Fault(
    'UNAVAILABLE',
    `Route 53 cannot be reached at ${about.endpoint ?? 'its own address'} (${code})`,
    {
      where: `provider ${about.provider}`,
      fix: certificate
        ? 'Something in the way breaks TLS open. Reach AWS directly, or set NODE_EXTRA_CA_CERTS.'
        : reachFix(about),
      details: { answered: null, code },
    },
  );
}

function answeredFault(answered: Answered, status: number): Fault {
  const { error, name, words, about, details } = answered;
  const where = `provider ${about.provider}`;
  const complaints = complaintsOf(error);
  const listed = error['Messages'] !== undefined || fieldsOf(error['Error'])['Messages'];
  if (name === 'InvalidChangeBatch' || (name === 'Unknown' && Boolean(listed)))
    return new Fault('UNSUPPORTED', `Route 53 refuses the change: ${clip(complaints.join('; '))}`, {
      where,
      fix: 'Nothing was changed. Correct what Route 53 names, or take the record set out.',
      details: { ...details, complaints },
    });
  // A bare 429 is anybody's; a write that "was not begun" would be sent again on its word.
  if (throttled.has(name) || (status === 429 && details['requestId'] !== undefined))
    return new Fault('RATE_LIMITED', `Route 53 asks for a pause (${name}): ${words}`, {
      ...{ where, details, retryAfterMs: retryAfterMs(error) },
      fix: 'Run less against this account at the same time: it has 5 requests a second in all.',
    });
  const identity = identityFault(answered);
  if (identity !== null) return identity;
  if (noSuchZone.has(name))
    return new Fault('NOT_FOUND', `Route 53 has no such hosted zone: ${words}`, {
      ...{ where, details },
      fix: 'Compare `zoneId` with the console, and see whether the zone is in another account.',
    });
  if (name === 'NoSuchChange')
    return new Fault('NOT_FOUND', `Route 53 knows no such change: ${words}`, {
      ...{ where, details },
      fix: 'Read the record sets to see what is there.',
    });
  if (details['requestId'] === undefined) return strangerFault(answered, status);
  if (status >= 500 || status < 400)
    return new Fault('UNAVAILABLE', `Route 53 failed (HTTP ${status}, ${name}): ${words}`, {
      ...{ where, details },
      fix: 'Try again; see https://health.aws.amazon.com if it lasts.',
    });
  return new Fault('UNSUPPORTED', `Route 53 refuses (${name}): ${words}`, {
    ...{ where, details },
    fix: 'Correct what Route 53 names.',
  });
}

/** What an error of the SDK means. Nothing of the error itself is kept: it holds the whole request. */
export function faultOf(thrown: unknown, about: About): Fault {
  if (isFault(thrown)) return thrown;
  const error = fieldsOf(thrown);
  const name = typeof error['name'] === 'string' ? error['name'] : 'Error';
  if (noCredentials.has(name)) return credentialsFault(error, about);
  const metadata = fieldsOf(error['$metadata']);
  const response = fieldsOf(error['$response']);
  const status = Number(metadata['httpStatusCode'] ?? response['statusCode']);
  if (!Number.isInteger(status)) return networkFault(error, about);
  const requestId = metadata['requestId'] ?? headersOf(error)['x-amzn-requestid'];
  const details = { answered: name, status, requestId };
  const [message = 'no words'] = textsOf(error['message']);
  // An answer that could not be parsed comes with a hint of the SDK and a success status.
  const parsed = error['$fault'] !== undefined;
  if (!parsed && requestId !== undefined)
    return new Fault('UNAVAILABLE', `the answer of Route 53 cannot be read (HTTP ${status})`, {
      ...{ where: `provider ${about.provider}`, details },
      fix: 'It came broken. Try again; if it stays, something in the way changes what AWS answers.',
    });
  return answeredFault({ error, name, words: clip(message), about, details }, status);
}

/** Says of a failure that was noticed on this side where it happened, and what to do, if nobody did. */
export function told(thrown: unknown, about: About): unknown {
  if (!isFault(thrown) || thrown.code === 'ABORTED' || thrown.code === 'BUG') return thrown;
  if (thrown.fix !== undefined && thrown.where !== undefined) return thrown;
  const { code, message, retryAfterMs, details, fix, where } = thrown;
  return new Fault(code, message, {
    where: where ?? `provider ${about.provider}`,
    fix: fix ?? reachFix(about),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details === undefined ? {} : { details }),
  });
}

/** What Route 53 holds against a batch; null if it was something else. */
export function complaintsIn(error: unknown): readonly string[] | null {
  if (!isFault(error, 'UNSUPPORTED')) return null;
  const complaints = error.details?.['complaints'];
  return Array.isArray(complaints) ? textsOf(complaints) : null;
}
