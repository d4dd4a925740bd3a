import { describe, expect, it } from 'vitest';
import { type Observation } from '../../../src/cutover/event.ts';
import { parseName } from '../../../src/dns/name.ts';
import { lookOf } from '../../../src/mail/closed.ts';
import { eventText } from '../../../src/view/events.ts';
import { statusOf, statusText } from '../../../src/view/status/status.ts';
import { sharedStatus } from '../../../src/view/stream/redact.ts';
import { watchScreen } from '../../../src/view/watch/screen.ts';
import {
  at,
  deaf,
  lost,
  mailPlan,
  oldHost,
  probedBy,
  retiring,
  seen,
  well,
} from '../../support/mail-story.ts';
import { swapped, swept, type Story } from '../../support/view-fixture.ts';
import { look, minute, ownPolicy, planOf } from '../../support/view-plan.ts';

const textOf = ({ cutover, now }: Story, width = 100): string =>
  statusText(statusOf(cutover, now), { ...look, width, now: now.wall });

describe('mail after the swap', () => {
  it('is told by host and place, with until when it goes back by itself and what that costs', async () => {
    const story = probedBy(swapped(mailPlan()), well);
    await expect(textOf(story)).toMatchFileSnapshot('../golden/status-mail.txt');
    expect(statusOf(story.cutover, story.now).mail).toMatchObject({
      vantages: [{ name: 'ops1', own: true, accepted: { of: 1, number: 1 }, sts: 'none' }],
      advice: [],
      back: { costSeconds: 6300 },
      rolledBack: null,
    });
  });

  it('has what a person should know, and what no rollback heals', async () => {
    let story = probedBy(swapped(mailPlan()), well);
    for (let round = 0; round < 3; round++) story = probedBy(story.wait(minute), lost);
    const text = textOf(story);
    await expect(text).toMatchFileSnapshot('../golden/status-mail-advice.txt');
    expect(text).toContain('550 5.7.64 TenantAttribution');
    const screen = watchScreen(
      { status: statusOf(story.cutover, story.now), recent: [] },
      { ...look, now: story.now.wall, rows: 24 },
    ).join('\n');
    expect(screen).toContain('acceptance-lost');
  });

  it('names a new host that is down, with what follows, before anything does', () => {
    let story = probedBy(swapped(mailPlan()), well);
    const told = () => {
      const { mail, next } = statusOf(story.cutover, story.now);
      return { trouble: mail?.trouble ?? null, next };
    };
    expect(told().trouble).toBeNull();
    story = probedBy(story.wait(minute), deaf);
    const { trouble, next } = told();
    expect(trouble).toMatchObject({ is: 'down', said: 'the connection was refused' });
    expect(Date.parse(trouble!.backAt!) - Date.parse(trouble!.since!)).toBe(2 * minute);
    expect(next).toMatchObject({ who: 'controller', at: trouble!.backAt });
    expect(next.what).toBe(
      'The new host mx.new.example takes no mail (the connection was refused). If that lasts, it is rolled back by itself.',
    );
    story = probedBy(story.wait(minute), well);
    expect(told().trouble).toBeNull();
    // A place that cannot show that it can judge leaves it to a person.
    story = probedBy(story.wait(minute), deaf.slice(0, 3));
    expect(told()).toMatchObject({ trouble: { backAt: null, lasts: false } });
    expect(told().next.what).toMatch(/If that lasts, a person has to decide\.$/);
    for (let round = 0; round < 3; round++) story = probedBy(story.wait(minute), deaf.slice(0, 3));
    expect(told()).toMatchObject({ trouble: { lasts: true }, next: { who: 'person' } });
    // Whoever takes it over has not looked yet; what a person was told stays.
    const unwatched = { ...story.cutover, mail: { ...story.cutover.mail, vantages: {} } };
    expect(statusOf(unwatched, story.now).mail?.trouble).toMatchObject({
      since: null,
      lasts: true,
    });
  });

  it('says why it went back by itself, once all is over', () => {
    let story = probedBy(swapped(mailPlan()), well);
    for (let round = 0; round < 2; round++) story = probedBy(story.wait(minute), lost);
    const mail = { ...story.cutover.mail, rolledBack: 'a new host refuses the domain' };
    const ended = { ...story.cutover, mail, outcome: 'rolled-back' as const };
    const text = statusText(statusOf(ended, story.now), { ...look, now: story.now.wall });
    expect(text).toContain('went back  by itself: a new host refuses the domain');
    expect(text).not.toContain('going back');
  });

  it('has the test messages, from before the swap too, and who found them', () => {
    const test = (letter: string, said: string) => ({
      ...{ is: 'sent', token: `dns-cutover-${letter.repeat(12)}`, taken: said.startsWith('250') },
      ...{ host: parseName('mx.new.example'), address: '192.0.2.80', to: 'anna@example.org', said },
    });
    const observe = (story: Story, what: Observation) =>
      story.tell({ type: 'observe', what, reason: null });
    let story = swapped(mailPlan());
    for (const [letter, said] of [
      ['a', '250 2.0.0 Queued'],
      ['b', '554 5.7.1 spam'],
      ['c', '250 2.0.0 Queued'],
    ] as const)
      story = observe(story.wait(minute), { ...test(letter, said), is: 'sent' });
    story = observe(story.wait(minute), { is: 'arrived', token: test('a', '').token });
    const { mail } = statusOf(story.cutover, story.now);
    expect(mail?.tests.map(({ taken, arrived }) => [taken, arrived !== null])).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
    const text = textOf(story).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/aaaa to anna@example.org by mx.new.example, sent .*: it arrived, as/);
    expect(text).toContain('it was not taken (554 5.7.1 spam)');
    expect(text).toContain('nobody has said that it arrived (observe --arrived)');
    const shared = JSON.stringify(sharedStatus(statusOf(story.cutover, story.now)));
    expect(shared).not.toContain('anna@');
  });

  it('is not told where nobody asks', () => {
    const story = swapped(planOf());
    const status = statusOf(story.cutover, story.now);
    expect([status.mail, status.oldHost]).toEqual([null, null]);
  });
});

describe('the old host in a status', () => {
  it('is waited for, each wait with its end', async () => {
    const story = swept(mailPlan()).tell({ type: 'confirm', what: 'mail-swept', reason: null });
    await expect(textOf(story)).toMatchFileSnapshot('../golden/status-old-host-waits.txt');
    expect(statusOf(story.cutover, story.now).settling[2]?.due).toMatch(/^2026-12-08/);
  });

  it('costs as much to go back to as before its mail was fetched, and more once the TTL is restored', () => {
    const before = swept(mailPlan());
    const after = before.tell({ type: 'confirm', what: 'mail-swept', reason: null });
    const back = ({ cutover, now }: Story) => statusOf(cutover, now).mail?.back;
    expect(back(before)).toMatchObject({ costSeconds: 6300 });
    expect(back(after)).toMatchObject({ costSeconds: 6300, automaticUntil: null });
    const { cutover } = after;
    const tracks = cutover.plan.tracks.map(track => ({
      ...track,
      positions: track.positions.map(value => value && { ...value, ttl: 86_400 }),
    }));
    const restored = { ...cutover, plan: { ...cutover.plan, tracks } };
    expect(back({ ...after, cutover: restored })).toMatchObject({
      costSeconds: 6300 - 3600 + 86_400,
    });
  });

  it('still accepting is for a person to mend, while the TTL is restored', async () => {
    const story = oldHost(retiring(), at(false, 'accepts', '250 2.1.5 Ok'));
    await expect(textOf(story)).toMatchFileSnapshot('../golden/status-old-host-open.txt');
    const { next, settling } = statusOf(story.cutover, story.now);
    expect(next.who).toBe('person');
    expect(next.command).toContain('verify-closed');
    expect(next.what).toContain('still accepts mail for example.org and nobody will read it');
    expect(settling.map(({ state }) => state)).toEqual(['done', 'done', 'waiting']);
  });

  it('silent is not proven, and closed is looked at once more', () => {
    const silent = oldHost(retiring(), at(null, 'silent'));
    expect(statusOf(silent.cutover, silent.now).next.what).toContain('not proven');
    const closed = oldHost(silent.wait(10 * minute), at(true, 'refused'));
    expect(statusOf(closed.cutover, closed.now).next).toMatchObject({ who: 'controller' });
    const done = oldHost(closed.wait(10 * minute), at(true, 'refused'));
    expect(done.cutover.settling['old-host']).toBe('done');
  });

  it('that forwards waits for a person to see the message arrive', () => {
    const { after } = ownPolicy.retire;
    const forwards = { recipient: 'test@example.org' };
    const story = swept(mailPlan({ retire: { after, old: 'forwards', forwards } }))
      .tell({ type: 'confirm', what: 'mail-swept', reason: null })
      .tell({
        type: 'old-host',
        look: lookOf({
          goal: 'forwards',
          addresses: [at(true, 'accepts'), { ...at(true, 'accepts'), role: 'new' }],
          unresolved: [],
        }),
      });
    const { next } = statusOf(story.cutover, story.now);
    expect(next.command).toContain('confirm example.org.1 old-host');
    expect(next.what).toContain('not that it arrives');
  });
});

it('hostile words of servers stay text, in status, screen and events', () => {
  const evil = '\x1b]52;c;cm0=\x07\r\u202e\x1b[2J';
  const harmful = /[\p{Cc}\p{Cf}]/u;
  const calm = (text: string): boolean => !harmful.test(text.replaceAll('\n', ''));
  let story = probedBy(swapped(mailPlan()), well, evil);
  for (let round = 0; round < 3; round++)
    story = probedBy(
      story.wait(minute),
      [seen('mx.new.example', 'new', ['not-provisioned', evil]), ...well.slice(1)],
      evil,
    );
  const old = oldHost(retiring(), { ...at(false, 'accepts', evil), recipient: evil });
  for (const { cutover, now, entries } of [story, old]) {
    const status = statusOf(cutover, now);
    expect(calm(statusText(status, { ...look, now: now.wall }))).toBe(true);
    const screen = watchScreen({ status, recent: entries }, { ...look, now: now.wall, rows: 60 });
    expect(calm(screen.join('\n'))).toBe(true);
    for (const entry of entries) expect(calm(eventText(entry, look))).toBe(true);
  }
  expect(textOf(story)).toContain('\\x1b]52;c;cm0=');
  expect(textOf(old)).toContain('\\x1b]52;c;cm0=');
});
