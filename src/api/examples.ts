/*
 * What may be sent, and what comes back, as whoever writes a client copies it: of each operation by its
 * name in the description. A test holds each against its schema.
 */

export type Examples = Readonly<
  Record<string, { readonly summary: string; readonly value: unknown }>
>;

const planHash = '1c7f-03be-52d9-8a46';
const cutover = 'example.org.1';
const at = '2026-11-22T09:00:00.000Z';
const until = '2026-12-22T09:00:00.000Z';

const one = (summary: string, value: unknown): Examples => ({ usual: { summary, value } });

const start = {
  domain: 'example.org',
  planHash,
  accept: [
    {
      id: 'ttl-history-unknown',
      subject: null,
      reason: 'the TTL was never longer than 3600, says the old provider',
    },
  ],
  reason: 'change 4711',
};

/** Each act once, by its type. */
const acts: Examples = {
  start: {
    summary: 'Go on with one that nobody runs, or make a move anew that was taken back',
    value: { type: 'start', planHash, again: true, reason: 'the new host is mended' },
  },
  approve: {
    summary: 'Open the gate, and say that its first sentence is true',
    value: { type: 'approve', attest: [0], reason: 'mailboxes are there, change 4711' },
  },
  pause: { summary: 'Write nothing for now', value: { type: 'pause', reason: 'calls come in' } },
  resume: { summary: 'Go on', value: { type: 'resume' } },
  rollback: {
    summary: 'Go back to what was there before the first step',
    value: { type: 'rollback', to: 'snapshot', confirm: 'example.org', reason: 'mail bounces' },
  },
  retry: {
    summary: 'Leave a hold, with a new end of the window',
    value: { type: 'retry', swapUntil: '2026-11-22T23:00:00Z' },
  },
  confirm: {
    summary: 'Say that the old mailboxes were swept',
    value: { type: 'confirm', what: 'mail-swept', reason: 'imapsync found nothing more' },
  },
  abandon: {
    summary: 'Leave the zone as it is, for good',
    value: { type: 'abandon', confirm: 'example.org', reason: 'the move is off' },
  },
  bounces: {
    summary: 'Tell that mail bounces, as a log says it',
    value: { type: 'observe', what: { is: 'bounces', count: 12, seconds: 600 } },
  },
  arrived: {
    summary: 'Tell that a test message arrived',
    value: { type: 'observe', what: { is: 'arrived', token: 'dns-cutover-0a1b2c3d4e5f' } },
  },
  'take-claim': {
    summary: 'Take the claim of a run that is dead',
    value: { type: 'take-claim', run: '7f3a9c', reason: 'that machine is gone' },
  },
};

/** By operation, of its JSON body. */
export const requestExamples: Readonly<Record<string, Examples>> = {
  postPlans: one('A plan for a domain of the configuration', { domain: 'example.org' }),
  postCutovers: {
    usual: { summary: 'What was looked at', value: { domain: 'example.org', planHash } },
    accepting: { summary: 'With responsibility for a finding', value: start },
  },
  postCutoversIdActions: acts,
  postCutoversIdShares: one('A link for a day', { expiresInSeconds: 86_400 }),
  postPropagationQuery: one('Who gives the new set', {
    ...{ name: 'example.org', type: 'MX', expect: ['10 mx.new.example.'], resolvers: 'core' },
  }),
  postResolvers: one('A resolver of your own', {
    ...{ id: 'office', addresses: ['192.0.2.53'], name: 'Office', transports: ['udp', 'tcp'] },
  }),
  postSession: one('A token', { secret: 'dnsc_0123456789abcdef_…' }),
  postTokens: one('A token for a pipeline, for 90 days and one domain', {
    ...{ name: 'pipeline', role: 'operator', cutovers: ['example.org'] },
    expiresInSeconds: 7_776_000,
  }),
  postWebhooks: one('What a person wants to know, of one domain', {
    ...{ url: 'https://hooks.example.org/cutover', shape: 'event', types: null },
    cutovers: ['example.org'],
  }),
};

const operation = {
  ...{ id: '5e1f0c3a9b7d24685e1f0c3a9b7d2468', domain: 'example.org', again: false, at },
};
const done = { ...operation, state: 'done', cutover, seq: 43, problem: null, endedAt: at };
const running = { ...operation, state: 'running', seq: null, problem: null, endedAt: null };
const by = { createdBy: 'kim', createdAt: at, expiresAt: until, revokedAt: null };
const who = { name: 'pipeline', role: 'operator', cutovers: ['example.org'] };

/** By operation and status. */
export const responseExamples: Readonly<Record<string, Readonly<Record<string, Examples>>>> = {
  getOperationsId: { 200: one('One that is done', { ...done, what: 'pause' }) },
  getSession: {
    200: one('A token', { id: '0123456789abcdef', kind: 'token', ...who, expiresAt: until }),
  },
  postCutovers: {
    202: one('It plans yet: ask for the operation', { ...running, what: 'start', cutover: null }),
  },
  postCutoversIdActions: { 202: one('It is in the journal', { ...done, what: 'pause' }) },
  postCutoversIdShares: {
    201: one('The only time that the link is told', {
      ...{ secret: 'dnsh_0123456789abcdef_…', path: '/share#dnsh_0123456789abcdef_…' },
      share: { id: '0123456789abcdef', cutover, ...by },
    }),
  },
  postTokens: {
    201: one('The only time that the secret is told', {
      secret: 'dnsc_0123456789abcdef_…',
      token: { id: '0123456789abcdef', ...who, ...by, lastUsedAt: null },
    }),
  },
  postWebhooks: {
    201: one('The only time that the secret is told', {
      webhook: {
        ...{ id: 'wh_0123456789abcdef', url: 'https://hooks.example.org/cutover' },
        ...{ shape: 'event', types: null, cutovers: ['example.org'], origin: 'api' },
        ...{ disabled: null, cursor: '1-43' },
      },
      secret: 'whsec_…',
    }),
  },
};
