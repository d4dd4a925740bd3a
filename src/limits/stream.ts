/** What bounds the stream of events and those who read it. */
export const streamLimits = {
  /** The hub keeps so many lines at the end of the journal; who is further behind is read so many at a time. */
  hubLines: 1000,
  hubLineOctets: 4 * 1024 * 1024,
  hubPage: 100,
  /** Readers of the stream: of one session, from one address, and in all. */
  streamsPerSession: 10,
  streamsPerAddress: 50,
  streams: 10_000,
  streamsRetryMs: 30_000,
  /** How long a browser waits before it comes back; after a goodbye each waits for another time up to the last. */
  streamRetryMs: 2000,
  goodbyeLeastMs: 500,
  goodbyeMostMs: 5000,
  /** So much may wait for a reader; whoever catches up is given no more than this at a time. */
  streamWaitingOctets: 256 * 1024,
  streamPaceOctets: 64 * 1024,
  streamPaceMs: 25,
  /** A reader that takes nothing for so long is let go, and so is one that does not end when it is told to. */
  streamStuckMs: 5000,
  /** All connections have ended, or are ended, so long after the server was told to stop. */
  streamsEndMs: 3000,
  streamBeatMs: 15_000,
  streamBookmarkMs: 30_000,
  /** A connection is ended after about this, give or take a fifth: a restart then meets no storm of readers. */
  streamRotateMs: 600_000,
  /** How often it is asked whether readers still may read, and how often their connections are looked at. */
  streamStandsMs: 3000,
  streamTickMs: 250,
  /** Frames that are written before others have their turn. */
  streamWritesInARow: 200,
  /** Frames of one cutover are at least so far apart. */
  frameEveryMs: 500,
  /** And further apart in proportion where more than so many read it: 5 s for ten thousand. */
  frameReaders: 1000,
  /** Resolvers are looked at this often where somebody reads one cutover, and where only the list is read. */
  frameLookMs: 1000,
  briefLookMs: 10_000,
  /** Where the store cannot be read it is tried again after this. */
  hubAgainMs: 1000,
  /** Looks that nothing but time asks for take this part of the time at most: others need the machine more. */
  frameLookPart: 0.2,
  /** Events of a page unless said, and lines that are read for one. */
  eventsUsual: 50,
  eventsRead: 5000,
  /** Rows of a list of all, worst first. */
  listRows: 1000,
  /** Of ten thousand resolvers a frame of the stream names so many, in texts, and lists of texts, this long. */
  frameResolvers: 50,
  frameCharacters: 120,
  frameTexts: 5,
  /** And no more than so many characters of JSON, of those that lag and of those that are unfit. */
  frameRowsCharacters: 24 * 1024,
  /** A snapshot has so many points of the line over time, and so many lines of the journal. */
  snapshotPoints: 300,
  snapshotLines: 50,
  snapshotLineOctets: 64 * 1024,
} as const;
