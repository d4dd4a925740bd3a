/** What bounds a server, its readers and receivers, and those who call it from elsewhere. */
export const serverLimits = {
  /** A body of the API, and how deep it may nest. */
  apiBodyOctets: 64 * 1024,
  apiBodyDepth: 32,
  /** So many places of a request are named that are wrong with it. */
  apiErrorsTold: 50,
  /** Headers of one request; Node's default. */
  apiHeaderOctets: 16 * 1024,
  /** A request has arrived after this, its headers sooner: whoever is slower keeps a connection from others. */
  apiHeadersMs: 10_000,
  apiRequestMs: 15_000,
  apiSlowLookMs: 2000,
  /** Whoever takes nothing of an answer for so long has left; streams have bounds of their own. */
  apiUnreadMs: 30_000,
  /** Whether the store can be written is tried at most so often: anybody may ask. */
  readinessMs: 5000,
  apiKeepAliveMs: 75_000,
  /** Room for all streams, and for requests beside them. */
  apiConnections: 11_000,
  /** What one caller may ask in a minute: to read, to act, to have resolvers asked, and to log in wrongly. */
  apiReadsPerMinute: 1200,
  apiActsPerMinute: 120,
  apiQueriesPerMinute: 10,
  apiLoginsPerMinute: 5,
  /** Callers that are counted; whoever came longest ago is forgotten first. */
  apiCallersCounted: 10_000,
  /** Requests that only read and are under way at once: beyond it they are put off, and acts are not. */
  apiReadsUnderWay: 200,
  /** A server runs so many cutovers, and looks so often whether one that another process runs is free. */
  supervisedCutovers: 10_000,
  standbyMs: 1000,
  standbyMostMs: 60_000,
  /** A request that is repeated with its Idempotency-Key is answered as before for a week. */
  operationKeptMs: 604_800_000,
  /** Whoever carries an operation out says so this often; who has said nothing for so long is gone. */
  operationBeatMs: 10_000,
  operationLeaseMs: 30_000,
  /** A start looks at the zone and at all mail hosts again; whatever it does has ended after this. */
  operationMostMs: 900_000,
  operationsBegun: 20,
  /** Plans that the API keeps, and looks at the world that it takes on at once, by plans and by questions. */
  plansKept: 100,
  plansAtOnce: 4,
  queriesAtOnce: 2,
  turnAgainMs: 5000,
  /** Resolvers of the list that a server keeps. */
  ownResolvers: 1000,
  queryResolvers: 200,
  queryMs: 60_000,
  /** A call to whoever somebody named: how long it may take, and what of its answer is read away. */
  outboundMs: 10_000,
  outboundReplyOctets: 64 * 1024,
  urlCharacters: 2000,
  /** Rows of the store, each with a whole state, that are read before others have their turn. */
  rowsAtOnce: 100,
  /** Cutovers that metrics tell of, and how long after their end. */
  metricsCutovers: 1000,
  metricsEndedMs: 86_400_000,
  /** Webhooks that the API makes, and the names of events and cutovers that one may list. */
  webhooks: 50,
  webhookNames: 100,
  /** Whoever sends for a webhook says so for so long; it is taken over from one that died. */
  webhookLeaseMs: 60_000,
  /** An event that failed so often lets later ones pass, so many in all; by hand a few more may wait. */
  webhookPassedAfter: 3,
  webhookWaiting: 20,
  webhookWaitingMost: 50,
  /** Webhooks that others made are looked for whenever a line is stored, and so often; after trouble so soon. */
  webhookLookMs: 300_000,
  webhookAgainMs: 10_000,
  /** Lines that nobody wants are passed without a note, so many of them. */
  webhookPassedLines: 500,
  /** What is kept of deliveries: so many of each webhook, for 30 days, with their last attempts. */
  webhookDeliveriesKept: 200,
  webhookTrimEvery: 20,
  webhookLogMs: 2_592_000_000,
  webhookAttemptsKept: 20,
  /** A webhook that left the configuration is forgotten after this. */
  webhookForgottenMs: 604_800_000,
  /**
   * A server is given so long for one answer of at most this size; once it was reached, and somebody waits,
   * it is tried again for so long, each time after a pause: it may be restarted meanwhile.
   */
  remoteAnswerMs: 20_000,
  /** A plan looks at mail hosts, which may hold their greeting back; `fetch` itself waits for five minutes. */
  remotePlanMs: 290_000,
  remoteAnswerOctets: 64 * 1024 * 1024,
  /** Pages of one list, of 200 rows each: one that goes on beyond it never ends. */
  remotePages: 1000,
  remotePatienceMs: 300_000,
  remoteAgainMs: 5000,
  /** How often a server is asked where its stream of events cannot be had, and how long silence on it lasts. */
  remotePollMs: 2000,
  remoteLookMs: 250,
  remoteSilenceMs: 45_000,
  /** After a signal to end, requests under way have so long before their connections are cut. */
  serveGoodbyeMs: 5000,
  /** Tokens that are good at one time, their names, the cutovers that one may name, and how long one may last. */
  tokens: 1000,
  tokenNameCharacters: 100,
  tokenCutovers: 100,
  tokenLongestMs: 31_622_400_000,
  /** A token that ended is listed for so long, so that a name in the journal can still be explained. */
  tokenKeptMs: 2_592_000_000,
  /** The token that a new server makes for whoever sets it up. */
  firstTokenMs: 2_592_000_000,
  /** That something was used is written down at most so often. */
  usedEveryMs: 60_000,
  /** A session ends after a working day, and after an hour in which no page was open (ASVS 5.0 7.3). */
  sessionMs: 28_800_000,
  /** The token of whoever looks at a rehearsal; it is gone with the rehearsal. */
  rehearsalTokenMs: 86_400_000,
  sessionIdleMs: 3_600_000,
  /** Sessions of one token and of one share link; with more the oldest ends. */
  sessionsPerToken: 20,
  sessionsPerShare: 200,
  /** Share links of one cutover that are good at one time, and how long one may last. */
  sharesPerCutover: 20,
  shareLongestMs: 2_592_000_000,
} as const;
