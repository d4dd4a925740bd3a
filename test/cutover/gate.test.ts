import { describe, expect, it } from 'vitest';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { blocks, findingsDigest, worsened, type Finding } from '../../src/cutover/finding.ts';
import { approvalStands, bars } from '../../src/cutover/gate.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { midnight } from './orders.ts';
import { give, newPlay, nowOf, running, type Play } from './play.ts';
import { finding } from './reports.ts';
import { settings } from './settings.ts';
import { wordsOf } from './words.ts';

const pass = finding('pass', 'delegation');
const fail = finding('fail', 'smtp-starttls', 'mx.new.example.');
const warn = finding('warn', 'spf-mx-mechanism');
const untested = finding('could-not-test', 'smtp-starttls', 'mx.new.example.');

describe('findings', () => {
  it('block when a blocker failed or could not be tested, and nobody accepted it', () => {
    expect([pass, warn, fail, untested].map(one => blocks(one, []))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(blocks({ ...fail, severity: 'warning' }, [])).toBe(false);
    const accept = (id: string, subject: string | null) =>
      blocks(fail, [{ id, subject, reason: 'known' }]);
    expect(accept('smtp-starttls', null)).toBe(false);
    expect(accept('smtp-starttls', 'mx.new.example.')).toBe(false);
    expect(accept('smtp-starttls', 'mx2.new.example.')).toBe(true);
    expect(accept('smtp', null)).toBe(true);
  });

  it('have a digest of id, subject, severity and status alone', () => {
    const digest = findingsDigest([pass, warn]);
    expect(findingsDigest([warn, pass])).toBe(digest);
    expect(findingsDigest([{ ...pass, summary: 'x', observed: 'y', refs: ['RFC 1'] }, warn])).toBe(
      digest,
    );
    const others: readonly Finding[] = [
      { ...pass, id: 'other' },
      { ...pass, subject: 'other' },
      { ...pass, severity: 'info' },
      { ...pass, status: 'warn' },
    ];
    for (const other of others) expect(findingsDigest([other, warn])).not.toBe(digest);
    expect(findingsDigest([pass])).not.toBe(digest);
  });

  it('are worse when one is graver than it was, or new and not fine', () => {
    expect(worsened([pass], [pass])).toBe(false);
    expect(worsened([warn], [pass])).toBe(false);
    expect(worsened([warn], [])).toBe(false);
    expect(worsened([], [pass])).toBe(false);
    expect(worsened([fail], [untested])).toBe(false);
    expect(worsened([untested], [fail])).toBe(true);
    expect(worsened([], [warn])).toBe(true);
    expect(worsened([fail], [{ ...fail, subject: 'mx2.new.example.' }])).toBe(true);
    expect(worsened([{ ...fail, severity: 'warning' }], [fail])).toBe(true);
    expect(worsened([fail], [{ ...fail, severity: 'warning' }])).toBe(false);
  });
});

function atGate(...lines: readonly string[]): Play {
  const play = newPlay();
  for (const line of lines) {
    const [verb = ''] = line.split(' ');
    settings[verb]!(play, wordsOf(line.slice(verb.length).trim()));
  }
  commands['start']!(play, wordsOf(''));
  reach(play, 'gate');
  return play;
}

const barred = (cutover: Cutover, findings: readonly Finding[], now = cutover.entered) =>
  bars(cutover, findings, now).map(({ by }) => by);

describe('the gate', () => {
  it('names everything that keeps it shut', () => {
    const play = atGate(
      'attest mailboxes synced',
      'schedule from=02:00 until=04:00 freeze=01:00-03:00',
    );
    const cutover = running(play);
    expect(bars(cutover, [fail, warn], nowOf(play))).toEqual([
      {
        by: 'findings',
        what: 'smtp-starttls mx.new.example.: smtp-starttls says fail',
        until: null,
      },
      { by: 'window', what: 'the window has not opened', until: midnight + 7_200_000 },
      { by: 'freeze', what: 'a freeze is on', until: midnight + 10_800_000 },
      { by: 'attestation', what: 'mailboxes synced', until: null },
      { by: 'approval', what: 'nobody has approved this step', until: null },
    ]);
    const late = { ...nowOf(play), wall: midnight + 14_400_000 };
    expect(barred(cutover, [], late)).toEqual(['window', 'attestation', 'approval']);
  });

  it('stands open when nothing does', () => {
    expect(barred(running(atGate('approval none')), [pass, warn])).toEqual([]);
  });

  it('opens for an approval of this plan, this step and findings that are no worse', () => {
    const play = atGate('approval required');
    give(play, { type: 'checked', findings: [warn] });
    give(play, { type: 'approve', attest: [], accept: [], reason: null });
    const cutover = running(play);
    expect(barred(cutover, [warn])).toEqual([]);
    expect(barred(cutover, [pass])).toEqual([]);
    expect(barred(cutover, [warn, fail])).toEqual(['findings', 'approval']);
    expect(approvalStands({ ...cutover, step: 1 }, [warn])).toBe(false);
    expect(approvalStands({ ...cutover, plan: { ...cutover.plan, hash: 'x' } }, [warn])).toBe(
      false,
    );
  });

  it('waits until a longer TTL that was served between two steps has drained', () => {
    const play = atGate('approval none', 'order pivot');
    reach(play, 'gate', 1);
    const cutover = running(play);
    const seen = nowOf(play);
    expect(barred(cutover, [pass], seen)).toEqual([]);
    const lingers = { ...cutover, lingering: { ttl: 3600, seen } };
    // The TTL, the margin, and what may have been served until the next look.
    const ms = 3_600_000 + 300_000 + 60_000;
    const later = (by: number) => ({ ...seen, wall: seen.wall + by, up: seen.up + by });
    expect(bars(lingers, [pass], later(ms - 1))).toEqual([
      {
        by: 'drain',
        what: 'a TTL of 3600 s was, or may have been, served since the last swap',
        until: seen.wall + ms,
      },
    ]);
    expect(barred(lingers, [pass], later(ms))).toEqual([]);
    const set = { ...later(1000), wall: seen.wall + 10 * ms };
    expect(barred(lingers, [pass], set), 'a clock that was set').toEqual(['drain']);
  });
});
