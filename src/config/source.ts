import { open, stat } from 'node:fs/promises';
import { type Problem, problemsFault } from './problem.ts';
import { limits } from '../limits.ts';

/** What the file shall be, for messages about one that is not. */
export interface Sought {
  readonly expected: string;
  /** What to do where there is no such file. */
  readonly fix: string;
  /** What to do where it is larger than anybody writes. */
  readonly fixSize: string;
}

const configuration: Sought = {
  expected: 'the configuration',
  fix: 'Name it with --config, or let `dns-cutover init` write one.',
  fixSize: 'Split the cutovers into several files; each run names one with --config.',
};

/**
 * The text of a file that a person wrote: at most `limits.configFileOctets` of UTF-8, no byte order
 * mark, no control characters but tab and line ends.
 * @throws Fault CONFIG
 */
export async function readSource(file: string, sought = configuration): Promise<string> {
  const bytes = await readBytes(file, sought);
  const refuse = (problem: Omit<Problem, 'where'>, at?: number): never => {
    const where = at === undefined ? file : `${file}:${placeOfOctet(bytes, at)}`;
    throw problemsFault(file, [{ where, ...problem }]);
  };
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])))
    refuse(
      {
        found: 'a byte order mark',
        expected: 'UTF-8 without one',
        fix: 'Save the file as "UTF-8", not as "UTF-8 with BOM".',
      },
      0,
    );
  if (['fffe', 'feff'].includes(bytes.toString('hex', 0, 2)))
    refuse(
      { found: 'UTF-16', expected: 'UTF-8', fix: 'Save the file as "UTF-8" in the editor.' },
      0,
    );
  const odd = firstOddOctet(bytes);
  if (odd !== null) {
    const octet = `0x${(bytes[odd] ?? 0).toString(16).padStart(2, '0')}`;
    refuse(
      {
        found: `the octet ${octet}, which belongs to no text`,
        expected: 'UTF-8 text without control characters',
        fix: 'Save the file as UTF-8; if it is a file of another kind, name the right one.',
      },
      odd,
    );
  }
  return bytes.toString('utf8');
}

async function readBytes(file: string, sought: Sought): Promise<Buffer> {
  const refuse = (found: string, expected: string, fix: string): Error =>
    problemsFault(file, [{ where: file, found, expected, fix }]);
  try {
    // Asked before it is opened: opening a pipe waits for its writer, and no signal ends that.
    const kind = await stat(file);
    if (kind.isDirectory())
      throw refuse('a directory', 'a file', 'Name the file itself, not its folder.');
    if (!kind.isFile())
      throw refuse(
        'a pipe, socket or device',
        'a regular file',
        'Write the text into a file first, and name that one.',
      );
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > limits.configFileOctets) throw tooLarge(size);
    // A file may grow while it is read, so what is read counts as well.
    const buffer = Buffer.alloc(limits.configFileOctets + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (length > limits.configFileOctets) throw tooLarge(length);
      if (bytesRead === 0) return buffer.subarray(0, length);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refuse('no such file', sought.expected, sought.fix);
    if (code === 'EACCES' || code === 'EPERM')
      throw refuse(
        'a file that this user may not read',
        'a readable file',
        'Run as its owner, or change its permissions.',
      );
    throw error;
  }
  function tooLarge(octets: number): Error {
    return refuse(`${octets} octets or more`, `at most ${limits.configFileOctets}`, sought.fixSize);
  }
}

/** The index of the first octet that is not UTF-8 text, or null. */
function firstOddOctet(bytes: Buffer): number | null {
  for (const [index, octet] of bytes.entries())
    if ((octet < 32 && octet !== 9 && octet !== 10 && octet !== 13) || octet === 127) return index;
  return decodes(bytes, false) ? null : firstBrokenSequence(bytes);
}

/** Decoding the start of the text fails exactly when the broken sequence lies in it. */
function firstBrokenSequence(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  // That is where it broke; it began up to three octets earlier.
  while (good > 0 && !decodes(bytes.subarray(0, good), false)) good--;
  return good;
}

/** As a stream, a sequence that the end cuts in two is not broken. */
function decodes(bytes: Buffer, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

function placeOfOctet(bytes: Buffer, at: number): string {
  const before = bytes.subarray(0, at).toString('utf8').split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}
