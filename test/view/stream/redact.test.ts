import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOf } from '../../../src/view/events.ts';
import {
  sharedBrief,
  sharedEvent,
  sharedPropagationFrame,
  sharedSnapshot,
  sharedStatus,
} from '../../../src/view/stream/redact.ts';
import { statusOf } from '../../../src/view/status/status.ts';
import { briefOf, propagationFrameOf, snapshotOf } from '../../../src/view/stream/snapshot.ts';
import { at, deaf, mailPlan, oldHost, probedBy, retiring, well } from '../../support/mail-story.ts';
import {
  atGate,
  drained,
  finding,
  finished,
  swapped,
  type Story,
} from '../../support/view-fixture.ts';
import { minute } from '../../support/view-plan.ts';
import { recordOf } from '../../support/world-fixture.ts';

const runner = { pid: 4711, host: 'secret-host', since: 0 };
const sceneOf = (story: Story) => ({
  ...{ cutover: story.cutover, now: story.now },
  kept: { ...recordOf(story), runner },
});

/** Mail is lost at the new host, as one place sees it, until that is rolled back or somebody has to decide. */
const alarmed = (automatic: number | null): Story => {
  let told = probedBy(
    swapped(mailPlan({ rollback: { ...mailPlan().policy.rollback, automatic } })),
    well,
    'rack:ops1',
  );
  for (let round = 0; round < 4; round += 1) told = probedBy(told.wait(minute), deaf, 'rack:ops1');
  return told;
};

const failing = (code: 'UNAUTHORIZED' | 'UNAVAILABLE' | 'UNSUPPORTED'): Story =>
  drained()
    .tell({ type: 'troubled', effect: 'check', code, message: 'onprem says no' })
    .wait(2 * minute);

/** Where names of persons, machines and providers stand in the middle of sentences. */
const told: Readonly<Record<string, () => Story>> = {
  'a finding at the gate': () =>
    atGate().check([finding({ status: 'fail', subject: 'onprem', summary: 'anna owns ops1' })]),
  'a finding that was accepted': () =>
    atGate()
      .check([finding({ status: 'fail', subject: 'onprem' })])
      .tell({
        type: 'approve',
        attest: [],
        accept: [{ id: 'auth-servers-agree', subject: 'onprem', reason: 'known' }],
        reason: null,
      }),
  'mail is refused, and it is rolled back': () => alarmed(3600),
  'mail is refused, and a person decides': () => alarmed(null),
  'the credentials are refused': () => failing('UNAUTHORIZED'),
  'the provider is away': () => failing('UNAVAILABLE'),
  'the provider cannot do it': () => failing('UNSUPPORTED'),
  'the old host takes mail': () =>
    oldHost(
      retiring({ retire: { ...mailPlan().policy.retire, contact: 'anna, 555 0100' } }),
      at(false, 'accepts', '250 2.1.5 <anna@example.org> Ok'),
    ),
};

/** What the fixtures have of persons, machines, providers and commands. */
const secrets = ['anna', 'ops1', 'onprem', 'secret-host', '4711', 'dns-cutover ', 'f00dfeed'];

describe('a share link', () => {
  it('shows how it goes, and nothing of what the house looks like', () => {
    for (const story of [atGate(), swapped().wait(minute), finished()]) {
      const scene = sceneOf(story);
      const shown = JSON.stringify([
        sharedSnapshot(snapshotOf(scene, { epoch: 'e', entries: story.entries })),
        story.entries.map(entry => sharedEvent(eventOf(entry, 'e'))),
        sharedBrief(briefOf(scene)),
        sharedPropagationFrame(propagationFrameOf(scene)),
      ]);
      for (const secret of secrets) expect(shown, secret).not.toContain(secret);
      expect(shown).toContain('mx.new.example');
    }
  });

  it.each(Object.entries(told))('names nobody and no machine: %s', (_, tell) => {
    const story = tell();
    const scene = sceneOf(story);
    const whole = snapshotOf(scene, { epoch: 'e', entries: story.entries });
    const shown = JSON.stringify([
      sharedSnapshot(whole),
      story.entries.map(entry => sharedEvent(eventOf(entry, 'e'))),
    ]);
    for (const secret of secrets) expect(shown, secret).not.toContain(secret);
    const { next, gate, mail, oldHost: host } = whole.status;
    const texts = story.entries.map(entry => eventOf(entry, 'e').text);
    const named = JSON.stringify([next, gate, mail, host, texts]);
    expect(named, 'there is nothing to hide').toMatch(/anna|ops1(?!-4711)|onprem/);
  });

  it('shows that mailboxes in records are what everybody can look up', () => {
    const event = eventOf(swapped().entries.at(-1)!, 'e');
    const text = 'paused: "v=DMARC1; rua=mailto:dmarc@example.org" is there; ask kim@example.org.';
    expect(sharedEvent({ ...event, type: 'paused', text }).text).toBe(
      'paused: "v=DMARC1; rua=mailto:dmarc@example.org" is there; ask somebody.',
    );
  });

  it('tells how many checks passed, and that others bar the gate', () => {
    const bad = finding({ status: 'fail' });
    const story = atGate().check([finding({}), bad, { ...bad, subject: 'ops1' }]);
    const { gate } = sharedSnapshot(
      snapshotOf(sceneOf(story), { epoch: 'e', entries: story.entries }),
    ).status;
    expect(gate?.findings.map(({ status }) => status)).toEqual(['pass']);
    expect(gate?.bars.map(({ by }) => by)).toEqual(['findings', 'attestation', 'approval']);
  });

  it('tells neither what the provider said of a canary, nor where an edit was read, nor which operation it was', () => {
    const story = swapped();
    const status = statusOf(story.cutover, story.now);
    const canary = { name: '*._dns-cutover.example.org', state: 'left', since: null } as const;
    const shown = sharedStatus({
      ...status,
      canary: { ...canary, measured: null, rehearsed: null, why: 'onprem: zone Z0ABC is locked' },
      rollback: {
        ...{ to: 'step', target: 'low', phase: 'others', askedAt: '', deliveredAt: null },
        left: ['example.org. TXT at onprem: expected nothing, found "a" (TTL 60)'],
      },
    });
    expect(shown.canary?.why).toBe('nothing more is measured with it');
    expect(shown.rollback?.left).toEqual([
      'example.org. TXT: expected nothing, found "a" (TTL 60)',
    ]);
    const event = eventOf(story.entries.at(-1)!, 'e');
    expect(sharedEvent({ ...event, cause: 'pause (operation 0f1e)' }).cause).toBe('pause');
  });

  it('shows no findings, which speak of rights and keys', () => {
    const told = atGate().check([
      finding({ status: 'fail', observed: 'key cutover-key may write' }),
    ]);
    const scene = sceneOf(told);
    const whole = snapshotOf(scene, { epoch: 'e', entries: told.entries });
    expect(JSON.stringify(whole)).toContain('cutover-key');
    expect(JSON.stringify(sharedSnapshot(whole))).not.toContain('cutover-key');
  });

  it.each([
    ...['10.0.0.1', '127.0.0.53', '172.16.0.9', '172.31.255.1', '192.168.1.2', '169.254.169.254'],
    ...['100.64.0.1', '::1', 'fd12:3456::1', 'fe80::1', 'FC00::abcd'],
    ...['exchange.corp', 'mail.office.local', 'db-1.internal.', 'nas.home.arpa', 'a.b.lan'],
  ])('shows nothing of %s', secret => {
    const event = eventOf(swapped().entries.at(-1)!, 'e');
    const { text } = sharedEvent({ ...event, type: 'paused', text: `paused: (${secret}) is down` });
    expect(text).toMatch(/^paused: \(an internal (address|host)\) is down$/);
  });

  it.each([
    '192.0.2.1',
    '172.32.0.1',
    '100.128.0.1',
    '110.0.0.1',
    '2001:db8::1',
    'mx.example.org',
    'mx.corp.example.org',
    'local',
  ])('shows %s, which everybody can look up', open => {
    const event = eventOf(swapped().entries.at(-1)!, 'e');
    const text = `paused: ${open} is down`;
    expect(sharedEvent({ ...event, type: 'paused', text }).text).toBe(text);
  });

  it('takes any text, in time that grows with its length only', () => {
    const event = eventOf(swapped().entries.at(-1)!, 'e');
    const part = fc.constantFrom('10.', '1', 'a.', 'local', 'fd00:', ':', '-', '\n', 'é', '.corp');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 2000 }), parts => {
        const { text } = sharedEvent({ ...event, type: 'paused', text: parts.join('') });
        expect(text).not.toMatch(/(?<![\d.])10(?:\.\d{1,3}){3}(?!\d)/);
      }),
      { numRuns: 50 },
    );
  });
});
