import { type HttpReply } from './listen.ts';

export interface GoogleError {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly domain?: string;
}

/** As the API sends it, letter case included. */
export const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

export const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply => ({
  status: 200,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

/** The body of every refusal: the first error's message on top, all errors below. */
export function refuse(
  errors: readonly GoogleError[],
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  const [first] = errors;
  if (first === undefined) throw new Error('a refusal without an error');
  return {
    status: first.status,
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({
      error: {
        code: first.status,
        message: first.message,
        errors: errors.map(({ domain = 'global', reason, message }) => ({
          ...{ message, domain, reason },
        })),
      },
    }),
  };
}

/** How a refusal calls one item of a change: by number, or by name and type; both are seen. */
export interface Item {
  readonly list: 'additions' | 'deletions';
  readonly index: number;
}
export type Wording = 'by number' | 'by name';

export const itemText = (
  { list, index }: Item,
  set: { readonly name: string; readonly type: string },
  wording: Wording,
): string =>
  wording === 'by number'
    ? `entity.change.${list}[${index}]`
    : `entity.change.${list}[${set.name}][${set.type}]`;

/** https://github.com/kubernetes-sigs/external-dns/issues/467; a TTL alone is enough: certbot #6036. */
export const conditionNotMet = (item: string): GoogleError => ({
  ...{ status: 412, reason: 'conditionNotMet' },
  message: `Precondition not met for '${item}'`,
});

/** https://github.com/snarfed/bridgy-fed/issues/1072 */
export const alreadyExists = (
  item: string,
  { name, type }: { readonly name: string; readonly type: string },
): GoogleError => ({
  ...{ status: 409, reason: 'alreadyExists' },
  message: `The resource '${item}' named '${name} (${type})' already exists`,
});

/** Status and reason as lego treats them (providers/dns/gcloud); the words are not recorded. */
export const notFound = (what: string): GoogleError => ({
  ...{ status: 404, reason: 'notFound' },
  message: `The '${what}' resource does not exist.`,
});

/** https://github.com/mantl/mantl/issues/1082 */
export const invalid = (field: string, value: string): GoogleError => ({
  ...{ status: 400, reason: 'invalid' },
  message: `Invalid value for '${field}': '${value}'`,
});

/** https://github.com/GoogleCloudPlatform/cloud-foundation-toolkit/issues/466 */
export const changeMissing: GoogleError = {
  ...{ status: 400, reason: 'required' },
  message: "The 'entity.change' parameter is required but was missing.",
};

/** https://github.com/kubernetes-sigs/external-dns/issues/1028 */
export const changeQuota = (of: string): GoogleError => ({
  ...{ status: 403, reason: 'quotaExceeded' },
  message: `The change would exceed quota for ${of}.`,
});

/** https://github.com/kubernetes-sigs/external-dns/issues/1710 */
export const throttled: GoogleError = {
  ...{ status: 429, reason: 'rateLimitExceeded' },
  message: 'Resource has been exhausted (e.g. check quota).',
};

/** The older form (https://cloud.google.com/dns/docs/reference/v1/errors): 403, domain usageLimits. */
export const throttledAsForbidden: GoogleError = {
  ...{ status: 403, reason: 'userRateLimitExceeded', domain: 'usageLimits' },
  message: 'User Rate Limit Exceeded',
};

export const backendError: GoogleError = {
  ...{ status: 503, reason: 'backendError' },
  message: 'Backend Error',
};

export const internalError: GoogleError = {
  ...{ status: 500, reason: 'internalError' },
  message: 'Internal Error',
};

/** What every API of Google says to a token that it does not take. */
export const invalidCredentials: GoogleError = {
  ...{ status: 401, reason: 'authError' },
  message: 'Invalid Credentials',
};

export const forbidden: GoogleError = {
  ...{ status: 403, reason: 'forbidden' },
  message: 'Forbidden',
};
