import { mailLimits } from './limits/mail.ts';
import { serverLimits } from './limits/server.ts';
import { streamLimits } from './limits/stream.ts';

/** Everything has a limit. The numbers that bound the product stand here, with their unit in the name. */
export const limits = {
  /** RFC 1035 2.3.4. */
  labelOctets: 63,
  nameOctets: 255,
  /** TTLs are 31 bits (RFC 2181 8). */
  ttlSecondsMax: 2_147_483_647,
  /** The EDNS payload we advertise; the DNS flag day 2020 figure that avoids fragmentation. */
  ednsPayloadOctets: 1232,
  /** A UDP reply larger than this is refused before it is parsed. */
  udpReplyOctets: 4096,
  /** A TCP reply larger than this is refused before it is parsed. */
  tcpReplyOctets: 65_535,
  /** Records in one message that we are willing to read. */
  recordsPerMessage: 4096,
  /** Labels read and pointers followed in one message; an honest 64 KiB message needs a half of it. */
  nameStepsPerMessage: 100_000,
  /** Records of one RRset that a plan may hold. */
  rdataPerRRset: 100,
  askTimeoutMs: 3000,
  /** More on one socket overrun its receive buffer of 208 KiB, and replies get lost. */
  inFlightPerPort: 80,
  portsPerFamily: 4,
  /** A source port is given up after so many questions or so long, whatever comes first. */
  questionsPerPort: 10_000,
  portAgeMs: 60_000,
  /** Ports tried before the machine counts as having none left. */
  portTries: 16,
  /** Questions that wait for a free place, in all. */
  questionsWaiting: 20_000,
  /** Questions in flight over one TCP connection; many servers take few (RFC 7766 6.2.1.1). */
  inFlightPerConnection: 16,
  /** TCP questions in flight in a sweep, over all connections. */
  tcpQuestions: 64,
  /** An idle TCP connection is closed after this (RFC 7766 6.2.3: a few seconds). */
  tcpIdleMs: 2000,
  /** Questions in flight over TLS and HTTPS each, over all connections. */
  secureQuestions: 64,
  /** Questions in flight over one connection of HTTP/2; servers grant 100 as a rule (RFC 9113 6.5.2). */
  streamsPerConnection: 32,
  /** Connections to one server at once: one, and another while that is full or left (RFC 7766 6.2.2). */
  connectionsPerServer: 2,
  /** Fresh connections for samples of many machines at one address: so many at first, then one each. */
  freshConnections: 5,
  freshConnectionMs: 3000,
  /** Servers whose connections were counted are remembered up to here. */
  peersKept: 1000,
  /** Encrypted queries are filled up to a multiple of this (RFC 8467 4.1). */
  paddingOctets: 128,
  /** TLS sessions kept to be resumed, and how long: when one is, no certificate is shown. */
  tlsSessions: 1000,
  tlsSessionMs: 3_600_000,
  /** Query templates kept. */
  queryTemplates: 2000,
  /** One UPDATE and its answer; within the deadline of a write there is time to look first. */
  updateTimeoutMs: 5000,
  /**
   * How far apart from ours the server's clock may be when it takes an UPDATE, and so how late one that
   * was lost on the way can still take effect. RFC 8945 10 recommends 300 s, for messages of any kind;
   * here the clocks are an operator's own, and the answer BADTIME says how far apart they are.
   */
  tsigFudgeSeconds: 60,
  /** A write is given up after this; whether it took effect is then found out by reading. */
  writeDeadlineMs: 10_000,
  readDeadlineMs: 10_000,
  /** A provider that reports when its servers have a write is asked after this, each time later, and not for ever. */
  syncFirstMs: 5000,
  syncMostMs: 60_000,
  syncGiveUpMs: 900_000,
  /** One attempt at a request to a cloud's API; the answer usually takes under a second. */
  requestTimeoutMs: 5000,
  /** Attempts at one request, the pauses between them, and when it is over: before the caller's deadline. */
  retryAttempts: 5,
  retryFirstMs: 250,
  retryMostMs: 4000,
  retryCeilingMs: 8000,
  /** Requests that wait for their turn at one account. */
  requestsWaiting: 10_000,
  /** The longest that an account rests because the other side asked for it; Cloudflare asks for 300 s. */
  restMostMs: 900_000,
  configFileOctets: 4 * 1024 * 1024,
  secretFileOctets: 16 * 1024,
  cutoversPerConfig: 10_000,
  recordsPerStep: 100,
  stepsPerCutover: 10,
  /** What recurs is reckoned so far ahead when a file is read, and may come so often in that time. */
  calendarDays: 400,
  calendarSpans: 1000,
  /** Domains of a wave that are on their way at once, and that are planned at once. */
  waveConcurrency: 100,
  wavePlansAtOnce: 4,
  /** Ends of freezes that a stage wakes at; later ones are found by the looks that go on meanwhile. */
  freezeWakes: 20,
  /** `append` gives up after losing this many races. */
  appendAttempts: 8,
  /** Attempts at one write before a person is asked. */
  writeAttempts: 5,
  lineOctets: 1024 * 1024,
  sqliteBusyMs: 250,
  /** How often a busy database is asked again, and the pause before each, which leaves the event loop free. */
  sqliteBusyAttempts: 20,
  sqliteBusyPauseMs: 40,
  /** A state file up to this size is checked whole whenever it is opened (25 ms); a larger one by `store check`. */
  storeCheckedOctets: 16 * 1024 * 1024,
  /** JSON of one document of the store, and the characters of its id. */
  documentOctets: 256 * 1024,
  documentIdCharacters: 512,
  /** How often a server removes those that have expired. */
  sweepEveryMs: 3_600_000,
  feedPollMs: 200,
  feedPage: 500,
  /** A rollback that could not be delivered within this is judged anew, never replayed. */
  rollbackDeliveryMs: 600_000,
  /** How long an abandoned cutover tries to remove its claim, counted while a controller is there. */
  abandonMs: 60_000,
  /** A resolver that is not settled is never left unasked for longer. */
  pollLongestMs: 300_000,
  /** A settled resolver is looked at again after this: a regression is to be seen. */
  pollSettledMs: 600_000,
  /** Between two questions to a regional resolver, whose operator has less to spare. */
  pollRegionalMs: 60_000,
  /** A question to a resolver is given up after this, should the transport never say how it went. */
  pollDeadlineMs: 20_000,
  /**
   * Questions under way, as many as the source ports of both address families have places for. More
   * would wait in the transport, in the order in which they came, and be refused when it is full.
   */
  pollUnderWay: 640,
  /** Silences in a row after which the next address of a resolver is tried. */
  pollSilences: 3,
  /** Failures of this machine in a row after which a question asked once is given up. */
  pollOwnFailures: 5,
  /** Pause after such a failure; twice as long each time, up to the second figure. */
  pollOwnPauseMs: 1000,
  pollOwnPauseMostMs: 60_000,
  /** An address family that this machine lacked is tried again after this. */
  pollFamilyMs: 60_000,
  /** New source ports for samples of many machines behind one address, at most so often. */
  pollRenewMs: 1000,
  /** A resolver that said that it is asked too often, and not until when, is left alone for this. */
  pollTooOftenMs: 60_000,
  /** Who may be asked rarely, and whose turn is further off, holds up no decision meanwhile. */
  pollFarMs: 600_000,
  /** As long as it is no larger part of the world, by weight. */
  pollFarPart: 0.02,
  /** What nobody has asked for so long is forgotten by the budget. */
  pollForgetMs: 600_000,
  /** What resolvers say is told and kept at most so often. */
  newsMs: 1000,
  newsLaggards: 20,
  /** Causes kept of one resolver. */
  spellsPerResolver: 8,
  /** Habits of resolvers are reckoned with, and kept, so long after they were learnt: 90 days, a year. */
  learntTrustedMs: 7_776_000_000,
  learntKeptMs: 31_536_000_000,
  /** Watches that begin within so long share what was read of them. */
  learntReadMs: 60_000,
  /** For so long a resolver that was heard and believed is not heard again by the same watch. */
  hearingKeptMs: 21_600_000,
  /** One that was found unfit may be mended after this, and one that was silent may be awake after that. */
  hearingAgainMs: 600_000,
  hearingSilentMs: 60_000,
  /** The question to where no machine is. */
  probeMs: 1000,
  /** It is asked again after this when somebody turns: a network may begin to answer for others at any time. */
  probeAgainMs: 10_000,
  /**
   * A canary is given up when servers do not give a value in time; resolvers are measured for so long, and
   * followed for as long as the longest TTL seen and a grace, but not longer than the last figure.
   */
  canarySpreadMs: 600_000,
  canaryMeasureMs: 240_000,
  canaryGraceMs: 60_000,
  canaryFollowMs: 7_200_000,
  /**
   * The old host is asked so often whether it refuses, and must have refused for so long: a server that is
   * started anew refuses connections for a moment.
   */
  retireEveryMs: 600_000,
  retireProofMs: 600_000,
  /** A test of forwarding waits for a person, and is repeated less often. */
  forwardEveryMs: 3_600_000,
  /** Addresses of the hosts that are left that are asked in one look. */
  retireAddresses: 40,
  retireRecipients: 8,
  /** Resolvers may raise a TTL to this (Unbound's and BIND's cache-min-ttl and their like), and some keep a day. */
  raisedTtlSeconds: 3600,
  stickySeconds: 86_400,
  /** Deliveries under way: 5 min for a command and 10 min after the final dot (RFC 5321 4.5.3.2), twice over. */
  inFlightSeconds: 1800,
  /** Where resolvers were not seen to turn, mail may go to the old host for longer. */
  slowRetireSeconds: 604_800,
  /** So long must resolvers have been unable to tell before a person is asked. */
  cannotTellMs: 60_000,
  /** Questions that one walk from a trust anchor down to a zone may cost; three levels cost ten or so. */
  dnssecQuestions: 60,
  /** Keys of one zone, and signatures tried over one RRset, so that nobody can make us compute (CVE-2023-50387). */
  dnssecKeys: 32,
  dnssecTries: 16,
  /** Sets of NSEC or NSEC3 records of one answer that are verified; an honest denial has three. */
  dnssecDenials: 8,
  /** Rounds of hashing in an NSEC3; with more, validators treat a zone as unsigned (RFC 9276 3.2; BIND 9.20: 50). */
  dnssecNsec3Iterations: 50,
  /** An RSA key may have so many bits, and its exponent so many octets (RFC 5702 2, and what is in use). */
  dnssecRsaBits: 4096,
  dnssecExponentOctets: 8,
  /** A walk takes so long at most: the rounds over the servers wait for it. */
  dnssecWalkMs: 8000,
  /** The keys of a zone are looked up anew after this; sooner where its records do not validate. */
  dnssecKeysMs: 300_000,
  dnssecKeysAgainMs: 15_000,
  /** Where nobody could tell it is tried again after this; for so long what was known before stands instead. */
  dnssecUnknownMs: 60_000,
  dnssecRememberedMs: 3_600_000,
  /** Questions about names elsewhere that the checks have under way at once. */
  inquiriesAtOnce: 16,
  /** Other zones of an account that are asked whether they use the old host; a gate asks them every minute. */
  zonesListed: 50,
  /** Aliases and referrals that are followed for one name, and servers of one zone that are tried. */
  aliasesPerName: 8,
  referralsPerName: 8,
  nameServersPerZone: 6,
  addressesPerNameServer: 4,
  ...mailLimits,
  ...serverLimits,
  ...streamLimits,
  /** The wall clock was set, not slewed, when it and the uptime disagree by more. */
  clockJumpMs: 2000,
} as const;
