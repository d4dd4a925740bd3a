import type { ProblemKind } from './problem.ts';

/** When a kind of problem is met, and what to do about it, for /problems/<kind> and docs/api-problems.md. */
export const problemHelp: Readonly<
  Record<ProblemKind, { readonly when: string; readonly remedy: string }>
> = {
  malformed: {
    when: 'A body, a path, a query or a header is not what the API describes; `errors` names each place that is known.',
    remedy: 'Mend what `detail` says. Nothing is guessed, converted or dropped: "60" is no number.',
  },
  'idempotency-key-required': {
    when: 'A request that changes something came without the header Idempotency-Key.',
    remedy:
      'Send one that is new for each new act, such as a UUID, and the same one for a repetition.',
  },
  unauthenticated: {
    when: 'There is no token and no session, or one that is unknown, expired or revoked.',
    remedy: 'Send `Authorization: Bearer dnsc_…`. `dns-cutover token create` makes a token.',
  },
  forbidden: {
    when: 'The role of the token does not include this.',
    remedy: 'Ask somebody with the role that `detail` names, or an admin for a token with it.',
  },
  'tls-required': {
    when: 'Somebody logs in over plain HTTP from another machine, where browsers keep no session.',
    remedy: 'Use https, or a tunnel to localhost. Programs send `Authorization: Bearer`.',
  },
  'cross-site': {
    when: 'A cookie came with a request that the page of this server did not send.',
    remedy:
      'Programs send a token in place of the cookie. Browsers must say Sec-Fetch-Site or Origin.',
  },
  'not-found': {
    when: 'There is no such thing, or the token may not know of it.',
    remedy: 'List what there is: a cutover goes by its id or its domain.',
  },
  'method-not-allowed': {
    when: 'The address exists and does not take this method.',
    remedy: 'The header Allow names those that it takes.',
  },
  'not-acceptable': {
    when: 'The header Accept names no type in which the answer can be given.',
    remedy: 'Leave Accept out, or name one of the types that /openapi.json lists.',
  },
  timeout: {
    when: 'A request did not arrive whole in time.',
    remedy: 'Send it at once: headers within 10 s, all of it within 15 s.',
  },
  refused: {
    when: 'The state of the cutover, or of the server, forbids the act, or the order does not fit the zone.',
    remedy: 'Look at its status: `detail` says what is possible instead.',
  },
  'still-running': {
    when: 'The first request with this Idempotency-Key has not ended yet.',
    remedy: 'Ask for its operation, or send the same request again later.',
  },
  conflict: {
    when: 'The zone is not what the act expected, or another process owns the cutover now.',
    remedy: 'Look at the zone and at the status, then plan or act again.',
  },
  'check-failed': {
    when: 'Checks found what stands in the way; `findings` has each of them.',
    remedy: 'Mend it, or accept a finding by its id and subject with a reason.',
  },
  unsupported: {
    when: 'The provider cannot do this at all.',
    remedy: 'Change the order in the configuration as `remedy` says.',
  },
  stale: {
    when: 'The cutover has another sequence number by now than If-Match names.',
    remedy: 'Read it again, decide again, and send the ETag that it has then.',
  },
  'too-large': {
    when: 'The body has more than 64 KiB.',
    remedy: 'Send less; nothing that the API takes needs that much.',
  },
  'uri-too-long': {
    when: 'A part of the path is longer than any name can be.',
    remedy: 'See that the path holds one id or one domain.',
  },
  'unsupported-media-type': {
    when: 'The body is not JSON in UTF-8, by its Content-Type, or it has a Content-Encoding.',
    remedy: 'Send `Content-Type: application/json`, and the body as it is.',
  },
  'expectation-failed': {
    when: 'The header Expect names something other than 100-continue.',
    remedy: 'Leave Expect out.',
  },
  misdirected: {
    when: 'The Host of the request is not on the list of this server (DNS rebinding).',
    remedy: 'Use a listed name, or start the server with `serve --host NAME`.',
  },
  'key-reused': {
    when: 'The Idempotency-Key came before with another body or If-Match, or for another address.',
    remedy: 'Take a new key for a new act.',
  },
  'precondition-required': {
    when: 'An act came without If-Match, or with `*` where the line that was looked at must be named.',
    remedy: 'Send the ETag of the cutover. Pause, rollback and observe also take `*`.',
  },
  'rate-limited': {
    when: 'A budget of one minute is spent: by this token, or by this address where there is none.',
    remedy: 'Wait as long as Retry-After says. Reading never uses up what acts need.',
  },
  'headers-too-large': {
    when: 'The headers have more than 16 KiB.',
    remedy: 'Send fewer or shorter ones.',
  },
  bug: {
    when: 'Something that cannot happen did.',
    remedy: 'Report it with the line of the log that has the id in `request`.',
  },
  misconfigured: {
    when: 'A file of the server, such as that of a secret or of its own resolvers, cannot be used.',
    remedy:
      'Look on the server: its log names the file and what is wrong under the id in `request`.',
  },
  'unknown-coding': {
    when: 'Transfer-Encoding names a coding other than chunked.',
    remedy: 'Send the body as it is, with Content-Length or `Transfer-Encoding: chunked`.',
  },
  'provider-refused': {
    when: 'A DNS provider did not take the credentials of the configuration.',
    remedy: 'See to the credentials on the server; `dns-cutover check` tries them.',
  },
  unavailable: {
    when: 'A provider, a name server or another machine that is needed is silent or broken.',
    remedy: 'Try again. For a write the journal says whether it took effect.',
  },
  store: {
    when: 'The store cannot be read or written. No zone is written while that lasts.',
    remedy: 'See to the disk of the server; its log says what is wrong.',
  },
  interrupted: {
    when: 'The server ended while it carried the request out, and nothing was stored of it.',
    remedy: 'Send the same again with the same Idempotency-Key: it is carried out then.',
  },
  stopping: {
    when: 'The server is about to end.',
    remedy: 'Send it again; another one answers soon.',
  },
  overloaded: {
    when: 'More is asked at once than is answered at once. Those who act are served first.',
    remedy: 'Wait as long as Retry-After says.',
  },
};
