import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { faultOfCredentials } from '../../providers/google/credentials.ts';
import {
  type Answer,
  faultOfAnswer,
  isMismatch,
  plainWords,
  refusalOf,
  retryAfterMs,
} from '../../providers/google/fault.ts';
import { type Code } from '../../src/errors.ts';

const wall = Date.parse('2026-11-20T06:00:00Z');
const asked = {
  what: 'changing example.org',
  where: 'provider cloud',
  wall,
  project: 'project p, from x',
} as const;

const answer = (status: number, reason: string, more: object = {}): Answer => ({
  status,
  body: {
    error: {
      ...{ code: status, message: `words of ${reason}` },
      errors: [{ domain: 'global', reason, message: `words of ${reason}` }],
      ...more,
    },
  },
  retryAfter: null,
});

const html: Answer = { status: 502, body: '<html>Bad Gateway</html>', retryAfter: null };

const cases: Record<string, [Answer, 'read' | 'write', Code, RegExp]> = {
  'a token that is refused': [answer(401, 'authError'), 'read', 'UNAUTHORIZED', /access token/],
  'a missing permission': [answer(403, 'forbidden'), 'write', 'UNAUTHORIZED', /lack a permission/],
  'an API that is switched off': [
    answer(403, 'accessNotConfigured'),
    'read',
    'UNAUTHORIZED',
    /not enabled/,
  ],
  'the same in the newer form': [
    answer(403, 'forbidden', {
      details: [{ reason: 'SERVICE_DISABLED', domain: 'googleapis.com' }],
    }),
    'read',
    'UNAUTHORIZED',
    /not enabled/,
  ],
  'a closed billing account': [
    answer(403, 'inactiveBillingState'),
    'read',
    'UNAUTHORIZED',
    /billing/,
  ],
  'requests too fast, as 403': [answer(403, 'rateLimitExceeded'), 'write', 'RATE_LIMITED', /quota/],
  'a user too fast': [answer(403, 'userRateLimitExceeded'), 'read', 'RATE_LIMITED', /quota/],
  'requests too fast, as 429': [answer(429, 'rateLimitExceeded'), 'write', 'RATE_LIMITED', /quota/],
  '429 from something in front of a read': [
    ...([{ ...html, status: 429 }, 'read', 'RATE_LIMITED', /quota/] as const),
  ],
  '429 from something in front of a write': [
    ...([{ ...html, status: 429 }, 'write', 'UNAVAILABLE', /is not the Cloud DNS API/] as const),
  ],
  'a quota of requests': [
    answer(403, 'quotaExceeded'),
    'read',
    'RATE_LIMITED',
    /quota of requests/,
  ],
  'a quota of one change': [answer(403, 'quotaExceeded'), 'write', 'UNSUPPORTED', /larger than/],
  'a zone that is not there': [answer(404, 'notFound'), 'read', 'NOT_FOUND', /does not exist/],
  // https://github.com/rmbolger/Posh-ACME/issues/688
  'a project that is not there': [
    answer(400, 'invalidParameter', { details: [{ reason: 'RESOURCE_PROJECT_INVALID' }] }),
    'read',
    'NOT_FOUND',
    /project/,
  ],
  'data that the service refuses': [
    answer(400, 'invalid'),
    'write',
    'UNSUPPORTED',
    /does not take/,
  ],
  'a broken back end': [answer(503, 'backendError'), 'write', 'UNAVAILABLE', /service failed/],
  'a broken service': [answer(500, 'internalError'), 'read', 'UNAVAILABLE', /service failed/],
  'a proxy': [html, 'write', 'UNAVAILABLE', /not the Cloud DNS API/],
  'a proxy that forbids': [
    { ...html, status: 403 },
    'write',
    'UNAVAILABLE',
    /not the Cloud DNS API/,
  ],
  'a captive portal': [{ ...html, status: 302 }, 'read', 'UNAVAILABLE', /not the Cloud DNS API/],
};

it.each(Object.entries(cases))('tells %s', (_, [said, kind, code, words]) => {
  const fault = faultOfAnswer(said, { ...asked, kind });
  expect(fault.code).toBe(code);
  expect(fault.message).toMatch(words);
  expect(fault.message).toContain(String(said.status));
  expect(fault.fix).toBeTruthy();
  expect(fault.where).toBe('provider cloud');
});

it('unpacks several errors, each told once, whatever the summary says', () => {
  // https://github.com/kubernetes-sigs/external-dns/issues/1028
  const quota = (of: string) => ({
    ...{ domain: 'global', reason: 'quotaExceeded' },
    message: `The change would exceed quota for ${of}.`,
  });
  const errors = ['additions per change', 'deletions per change'].map(quota);
  const said = answer(403, 'quotaExceeded', { message: errors[0]?.message, errors });
  const fault = faultOfAnswer(said, { ...asked, kind: 'write' });
  expect(fault.message).toBe(
    'changing example.org was answered with HTTP 403, the change is larger than a quota of the ' +
      'project or of the zone allows: The change would exceed quota for additions per change.; ' +
      'The change would exceed quota for deletions per change.',
  );
  expect(fault.details).toEqual({ status: 403, reasons: ['quotaExceeded'] });
});

it('knows a failed comparison by status and reason', () => {
  const mismatch = (status: number, reason: string) =>
    isMismatch(refusalOf(answer(status, reason)));
  expect(mismatch(412, 'conditionNotMet')).toBe(true);
  expect(mismatch(409, 'alreadyExists')).toBe(true);
  expect(mismatch(404, 'notFound')).toBe(true);
  expect(mismatch(409, 'containerInvalid')).toBe(false);
  expect(mismatch(400, 'conditionNotMet')).toBe(false);
  expect(isMismatch(refusalOf({ ...html, status: 412 }))).toBe(false);
});

it('reads Retry-After in seconds and as a date', () => {
  expect(retryAfterMs('7', wall)).toBe(7000);
  expect(retryAfterMs('Fri, 20 Nov 2026 06:01:00 GMT', wall)).toBe(60_000);
  expect(retryAfterMs('Fri, 20 Nov 2026 05:00:00 GMT', wall)).toBe(1);
  expect(retryAfterMs('soon', wall)).toBeUndefined();
  expect(retryAfterMs(null, wall)).toBeUndefined();
  const fault = faultOfAnswer({ ...answer(429, 'x'), retryAfter: '3' }, { ...asked, kind: 'read' });
  expect(fault.retryAfterMs).toBe(3000);
});

it('hides what looks like a credential in the words of others', () => {
  const words = plainWords(
    'Authorization: Bearer abc.def, token ya29.c.x_Y-z and 1//0gRefresh and eyJhbGci.eyJzdWIi.c2ln\n<b>',
  );
  expect(words).toBe('Authorization: Bearer ‹hidden› token ‹hidden› and ‹hidden› and ‹hidden› <b>');
  expect(plainWords('x'.repeat(1000))).toHaveLength(501);
});

const failed = (more: object): Error =>
  Object.assign(new Error('no token for Bearer canary'), more);

it.each([
  ['no credentials at all', failed({}), 'UNAUTHORIZED'],
  ['a file that is not there', failed({ code: 'ENOENT' }), 'UNAUTHORIZED'],
  ['a revoked login', failed({ response: { status: 400 } }), 'UNAUTHORIZED'],
  ['a machine without a service account', failed({ response: { status: 404 } }), 'UNAUTHORIZED'],
  ['a token service that fails', failed({ response: { status: 503 } }), 'UNAVAILABLE'],
  ['a token service that throttles', failed({ response: { status: 429 } }), 'RATE_LIMITED'],
  ['no way to the token service', failed({ code: 'ECONNREFUSED' }), 'UNAVAILABLE'],
  ['the same, deeper', new Error('x', { cause: failed({ code: 'EAI_AGAIN' }) }), 'UNAVAILABLE'],
] as const)('tells %s, without what the error carries', (_, error, code) => {
  Object.assign(error, { config: { headers: { authorization: 'Bearer canary' } } });
  const fault = faultOfCredentials(error, 'provider cloud');
  expect(fault.code).toBe(code);
  expect(fault.fix).toBeTruthy();
  expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain('canary');
});
