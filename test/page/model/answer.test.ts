import { expect, it } from 'vitest';
import { drained } from '../../support/view-fixture.ts';
import { trackOf } from '../../../src/page/model/track.ts';
import { answerOf, answerText } from '../../../src/page/model/answer.ts';
import { hostLines } from '../../../src/page/model/mail.ts';
import { statusOf, type Status } from '../../../src/view/status/status.ts';
import { fixtures, type FixtureName } from '../../support/page-fixtures.ts';

const told = (name: FixtureName) => {
  const { status, at } = fixtures[name]();
  return { status, here: { now: Date.parse(at), zone: 'UTC' } };
};

const sentence = (name: FixtureName): string => {
  const { status, here } = told(name);
  return answerText(status, here);
};

it('says where it is, how far, when, who acts next and whether it is safe to go back', () => {
  expect(sentence('propagate')).toBe(
    'Propagating: 64 % of the public resolvers, by weight, answer with the new MX; 95 % are expected by 05:43. Nobody has to act. Waits until 95 % of the public resolvers, by weight, answer with the new set. It is safe to go back.',
  );
  expect(sentence('drain')).toMatch(
    /^Draining: waits .*; expected at \d\d:\d\d\. .* safe to go back/,
  );
  expect(sentence('done')).toMatch(/^Done: .*; it ended at 2026|^Done: .*; it ended at \d\d:\d\d/);
});

it('has a word for the worst that is true', () => {
  const words: Partial<Record<FixtureName, string>> = {
    lower: 'Lowering the TTL',
    gate: 'Waits at the gate',
    mail: 'Mail is refused',
    down: 'The new host is down',
    hold: 'On hold',
    paused: 'Paused',
    rollback: 'Rolling back',
    'rolled-back': 'Rolled back',
    sweep: 'Last sweep',
    dead: 'Not running',
  };
  for (const [name, word] of Object.entries(words)) {
    const { status, here } = told(name as FixtureName);
    expect(answerOf(status, here).standing.word, name).toBe(word);
  }
});

it('names a new host that takes no mail at this moment, and what follows', () => {
  expect(sentence('down')).toMatch(
    /^The new host is down: mx\.new\.example cannot be reached since 05:18; if that lasts until 05:20, it is rolled back by itself\. 64 % .* Nobody has to act yet\. /,
  );
  expect(sentence('mail')).toMatch(
    /^Mail is refused: mx\.new\.example refuses mail since 05:18; a person has to decide\. /,
  );
  const { status, here } = told('down');
  const trouble = { ...status.mail!.trouble!, hosts: ['a.example', 'b.example', 'c.example'] };
  const manual = { ...trouble, is: 'refused', since: null, backAt: null } as const;
  const more: Status = { ...status, mail: { ...status.mail!, trouble: manual } };
  expect(answerOf(more, here).trouble).toBe(
    'a.example, b.example and 1 more refuse mail; if that lasts, a person has to decide',
  );
});

/** The old hosts were asked whether they are closed: at one address each, and at another of the first. */
function closed(status: Status, holds: boolean): Status {
  const hosts = [...new Set(hostLines(status, 'old').map(({ what }) => what))];
  const said = { role: 'old', why: 'recipients-refused', recipient: null } as const;
  const addresses = [...hosts, ...hosts.slice(0, 1)].map((host, index) => ({
    ...{ ...said, host, said: '550 5.7.1 moved' },
    ...{ address: `192.0.2.${String(index)}`, holds: index === 0 || holds },
  }));
  const asked = { since: status.startedAt, seen: null, holds, addresses, unresolved: [] };
  return { ...status, oldHost: { goal: 'refuses', hosts, recipients: [], terms: [], asked } };
}

it('calls nothing safe where the old host refuses mail, and nothing where mail was swept', () => {
  const { status, here } = told('propagate');
  const mail =
    status.mail === null
      ? null
      : {
          ...status.mail,
          vantages: status.mail.vantages.map(one => ({
            ...one,
            hosts: one.hosts.map(host => ({
              ...host,
              is: host.role === 'old' ? ('refuses' as const) : host.is,
            })),
          })),
        };
  const deaf: Status = { ...status, mail };
  expect(answerOf(deaf, here).back).toMatchObject({ is: 'not' });
  expect(answerOf(status, here).back).toMatchObject({ is: 'safe' });
  expect(answerOf(told('sweep').status, here).back.is).toBe('care');
  const swept: Status = { ...status, stage: 'sweep' };
  expect(answerOf(swept, here).back.is).toBe('care');
  expect(answerOf(closed(swept, true), here).back).toMatchObject({ is: 'not' });
  expect(answerOf(closed(swept, false), here).back.is).toBe('care');
  const lines = hostLines(closed(swept, true), 'old');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines)
    expect(line).toMatchObject({ is: 'refuses mail, as it should', detail: '550 5.7.1 moved' });
  expect(hostLines(closed(swept, false), 'old')).toEqual(hostLines(swept, 'old'));
  expect(answerOf(told('rollback').status, here).back.is).toBe('under way');
});

it('never rounds a share up to what is not reached, and shows none while nothing spreads', () => {
  const { status, here } = told('propagate');
  const resolvers = status.propagation?.resolvers ?? null;
  if (status.propagation === null || resolvers === null) throw new Error('nothing was kept');
  const at = (share: number | null): Status => ({
    ...status,
    propagation: { ...status.propagation!, resolvers: { ...resolvers, share } },
  });
  expect(answerOf(at(0.9999), here).percent).toBe(99);
  expect(answerOf(at(1), here).percent).toBe(100);
  expect(answerOf(at(0.29), here).percent).toBe(29);
  expect(answerOf(at(null), here)).toMatchObject({ percent: null, target: null });
  expect(answerOf(told('drain').status, here).percent).toBeNull();
});

it('names who decides when, and says so where nobody can tell', () => {
  const { status, here } = told('propagate');
  expect(answerOf(status, here).when?.because[0]).toBe(
    'OpenDNS Home / Umbrella: raises TTLs, until 05:43',
  );
  const resolvers = status.propagation!.resolvers!;
  const blind: Status = {
    ...status,
    propagation: {
      ...status.propagation!,
      resolvers: { ...resolvers, outlook: { ...resolvers.outlook!, target: null } },
    },
  };
  const when = answerOf(blind, here).when;
  expect(when).toMatchObject({ iso: null, what: 'when it will be 95 % nobody can tell yet' });
  expect(when?.because.at(-1)).toContain('at the latest');
});

it('says at the gate what keeps it shut', () => {
  const { status } = told('gate');
  expect(sentence('gate')).toMatch(
    /^Waits at the gate: 1 finding must be solved before the swap\./,
  );
  const gate = status.gate!;
  const far = (bars: typeof gate.bars, findings = gate.findings): string =>
    answerOf({ ...status, gate: { bars, findings } }, told('gate').here).far;
  const rest = gate.bars.filter(({ by }) => by !== 'findings');
  expect(far(rest)).toBe('no finding bars the swap, which waits for its approval');
  const window = { by: 'window', what: 'the window', until: '2026-12-05T05:00:00Z' } as const;
  expect(far([window])).toBe('the swap is approved and waits for its time');
  expect(far([])).toBe('the swap comes next');
  expect(far([], [])).toBe('the checks before the swap run');
});

it('tells no time that is over as if it were to come', () => {
  const { status, here } = told('drain');
  const later = { ...here, now: Date.parse(status.forecast!.until) + 60_000 };
  expect(answerText(status, here)).toContain('; expected at 05:05.');
  expect(answerText(status, later)).toContain('; it was expected at 05:05.');
  const spread = told('propagate');
  const over = { ...spread.here, now: Date.parse('2026-12-05T05:44:00Z') };
  expect(answerText(spread.status, over)).toContain('; 95 % were expected by 05:43.');
});

it('has a latest moment for a write that is under way, since it is not made then', () => {
  const { status, here } = told('gate');
  const next = { ...status.next, who: 'controller', at: '2026-12-05T07:00:00Z' } as const;
  const intent = { id: 'i4', purpose: 'swap' } as const;
  const swap: Status = { ...status, stage: 'swap', gate: null, next, intent };
  expect(answerOf(swap, here).when?.phrase).toBe('at the latest at');
});

it('does not say twice what a notice says', () => {
  const { status, here } = told('hold');
  expect(answerOf(status, here).next.what).toBe(
    'It goes on by itself once that is mended; otherwise choose a way out.',
  );
  expect(answerOf(told('mail').status, here).next.what).toMatch(/^Mend it, or go back: /);
  expect(answerOf(told('gate').status, here).next.what).toMatch(/^1 finding must be solved/);
});

it('does not go on with a stage that was abandoned, while the claim is removed', () => {
  const story = drained().tell({ type: 'abandon', reason: null });
  const status = statusOf(story.cutover, story.now);
  const said = answerText(status, { now: story.now.wall, zone: 'UTC' });
  expect(said).toBe(
    'Ending: the zone stays as it is; it ends once the claim is removed. Nobody has to act. Removes the claim, then ends as abandoned. There is nothing to go back from any more.',
  );
  expect(trackOf(status).find(({ current }) => current)?.says).toBe('stopped here');
});
