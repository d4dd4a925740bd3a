import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Key } from '../../src/dns/rrset.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type Observation } from '../../src/propagation/observation.ts';

/**
 * What a real cache answered, and what is known about it otherwise. Times are milliseconds since the
 * recording began.
 */
export interface Recording {
  /** `unbound-floor`, which is also the file's name. */
  readonly name: string;
  readonly software: string;
  /** The lines of its configuration that make its habit. */
  readonly settings: readonly string[];
  readonly key: Key;
  readonly old: readonly string[];
  readonly new: readonly string[];
  /** Of both sets, at every authoritative server. */
  readonly ttl: number;
  /** When the update was sent. */
  readonly swappedAt: number;
  /** When every authoritative server that this cache asks answered new. */
  readonly authorityNewSince: number;
  readonly observations: readonly Observation[];
}

export const recordingsFolder = join(import.meta.dirname, '../propagation/recordings');

/** All recordings, by name. */
export function readRecordings(): ReadonlyMap<string, Recording> {
  const files = readdirSync(recordingsFolder).filter(file => file.endsWith('.json'));
  const recordings = files.map(
    file => JSON.parse(readFileSync(join(recordingsFolder, file), 'utf8')) as Recording,
  );
  return new Map(recordings.map(recording => [recording.name, recording]));
}

/** What a poller expects at this moment of the recording; it knows of the swap from the start. */
export const expectationAt = (recording: Recording, at: number): Expectation => ({
  key: recording.key,
  old: [recording.old],
  new: recording.new,
  ttl: { old: recording.ttl, low: recording.ttl },
  lowSince: null,
  swappedAt: recording.swappedAt,
  authorityNewSince: at >= recording.authorityNewSince ? recording.authorityNewSince : null,
});
