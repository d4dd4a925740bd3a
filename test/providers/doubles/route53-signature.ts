import { createHash, createHmac } from 'node:crypto';
import { type HttpRequest } from './listen.ts';

/** A key of the account. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  readonly expired?: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The canonical request (IAM user guide, "Create a signed AWS API request", step 1). */
function canonicalRequest(request: HttpRequest, signedHeaders: readonly string[]): string {
  const query = [...request.query]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.map(
    name => `${name}:${String(request.headers[name] ?? '').trim()}\n`,
  );
  const path = request.path.split('/').map(encode).join('/');
  return [
    ...[request.method, path, query, headers.join(''), signedHeaders.join(';')],
    sha256(request.body),
  ].join('\n');
}

/**
 * Signature version 4, judged as AWS judges it. Null for a request that is signed well. The words are
 * those of AWS; the one about the signature repeats the canonical request, session token included.
 */
export function signatureRefusal(request: HttpRequest, keys: readonly AwsKey[]): Refusal | null {
  const authorization = String(request.headers['authorization'] ?? '');
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/route53\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null)
    return { code: 'MissingAuthenticationToken', message: 'Missing Authentication Token' };
  const [, accessKeyId = '', date = '', region = '', signed = '', signature = ''] = parts;
  const key = keys.find(one => one.accessKeyId === accessKeyId);
  if (key === undefined)
    return {
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    };
  if (key.expired === true)
    return {
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    };
  const time = String(request.headers['x-amz-date'] ?? '');
  const canonical = canonicalRequest(request, signed.split(';'));
  const scope = `${date}/${region}/route53/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const signing = [region, 'route53', 'aws4_request'].reduce(
    (secret: Buffer, word) => hmac(secret, word),
    hmac(`AWS4${key.secretAccessKey}`, date),
  );
  const token = request.headers['x-amz-security-token'];
  if (hmac(signing, toSign).toString('hex') === signature && token === key.sessionToken)
    return null;
  return {
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS ' +
      'Secret Access Key and signing method. Consult the service documentation for details.\n\n' +
      `The Canonical String for this request should have been\n'${canonical}'\n\n` +
      `The String-to-Sign should have been\n'${toSign}'\n`,
  };
}
