/** What bounds talking to mail hosts, their policies, and what their answers lead to. */
export const mailLimits = {
  /**
   * A mail host's replies: 512 octets a line and a few lines are the rule (RFC 5321 4.5.3.1.5), honest
   * hosts go beyond both. What they say is told in so many characters.
   */
  smtpReplyOctets: 16 * 1024,
  smtpReplyLines: 50,
  smtpLineOctets: 2048,
  smtpSaidCharacters: 200,
  /** Who is up answers a connection at once. A greeting may be held back on purpose, by a minute and no more. */
  smtpConnectMs: 10_000,
  smtpBannerMs: 75_000,
  smtpCommandMs: 60_000,
  smtpHandshakeMs: 30_000,
  smtpQuitMs: 3000,
  /** One conversation with one address, however slow each of its answers is. */
  smtpSessionMs: 300_000,
  /** Certificates of one chain and names in one certificate that are read. */
  smtpChain: 10,
  smtpCertificateNames: 100,
  /** A mail host is talked to at most so often at one address, and tried again so late when it greylists: */
  probeHostMs: 60_000,
  /** as late as it says, between these. */
  probeGreylistMs: 300_000,
  probeGreylistMostMs: 900_000,
  /** Temporary failures are tried so often, over ten minutes. */
  probeTries: 3,
  probeRetryMs: 300_000,
  /** Conversations under way, and addresses of one host that are looked at, of each family. */
  probeUnderWay: 16,
  probeAddresses: 8,
  /** What was said with so many addresses is remembered, for so long after they may be asked again. */
  probeRemembered: 10_000,
  probeForgetMs: 3_600_000,
  /** How often somebody outside is told that a controller watches, and how long that may take. */
  heartbeatMs: 60_000,
  heartbeatAnswerMs: 10_000,
  /** A policy of a domain: senders read so much of it, wait so long (RFC 8461 3.3), and keep it a year (3.2). */
  policyOctets: 64 * 1024,
  policyFetchMs: 15_000,
  policyAgeSeconds: 31_557_600,
  policyHosts: 200,
  /** Senders may look at the id of a policy rarely: a day is our safety, no rule of RFC 8461. */
  policySettleSeconds: 86_400,
  /** A swap is rolled back by itself when no new host took mail in so many rounds in a row, over so long, */
  mailDownRounds: 3,
  mailDownMs: 110_000,
  /** or when a domain that was accepted was refused in so many. */
  mailLostRounds: 2,
  mailLostMs: 60_000,
  /** Trouble that lasts is told again after this, and so is what another place sees; later it is no evidence. */
  mailToldMs: 300_000,
  mailFreshMs: 600_000,
  mailVantages: 20,
  /** What another place hands in: JSON of this size, lists of so many, and texts of so many characters. */
  probeFileOctets: 512 * 1024,
  probeRoundItems: 200,
  recipientCharacters: 320,
  vantageCharacters: 80,
  probeWhyCharacters: 1000,
  /** The policy of MTA-STS is fetched again after this. */
  stsLookMs: 600_000,
  /** Of sampled recipients so many must be accepted, and never fewer by more than this than at best. */
  mailSampleShare: 0.95,
  mailSampleDrop: 0.05,
  /** Refusals that come and go so often, within so long, are told of, though no two rounds in a row show them. */
  mailTurns: 3,
  mailTurnsMs: 900_000,
  /** More temporary refusals than this part of the answers, for so long. */
  mailDeferredShare: 0.2,
  mailDeferredMs: 900_000,
  /** More bounces than this in so long; less accepted than this part of what is usual, once the swap has spread. */
  mailBounces: 5,
  mailBouncesMs: 600_000,
  mailAcceptedShare: 0.5,
  mailAcceptedAfterMs: 1_800_000,
  /** Counts that are remembered. */
  mailCountsKept: 50,
  /** Test messages that are remembered. */
  mailTestsKept: 50,
} as const;
