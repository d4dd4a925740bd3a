import { expect, it } from 'vitest';
import { answerText } from '../../../src/page/model/answer.ts';
import { backOf } from '../../../src/page/model/back.ts';
import { reasonOf } from '../../../src/view/hold.ts';
import { type Status } from '../../../src/view/status/status.ts';
import { fixtures, type FixtureName } from '../../support/page-fixtures.ts';
import { reasons } from '../../support/view-lines.ts';

const told = (name: FixtureName) => {
  const { status, at } = fixtures[name]();
  return { status, here: { now: Date.parse(at), zone: 'UTC' } };
};

const { status: spreading, here } = told('propagate');

const held = (why: keyof typeof reasons, status: Status = spreading): Status => {
  const reason = reasonOf(reasons[why], 'UTC');
  const next = { who: 'person', what: reason.sentence, at: null, command: null } as const;
  return { ...status, next, hold: { why, since: status.startedAt, ...reason, waysOut: [] } };
};

type HostIs = NonNullable<Status['mail']>['vantages'][number]['hosts'][number]['is'];

/** The same where the old hosts, one after the other, were seen so. */
function seen(list: readonly HostIs[]): Status {
  const mail = spreading.mail!;
  const vantages = mail.vantages.map(one => ({
    ...one,
    hosts: list.map((is, index) => {
      const host = `old${String(index)}.example`;
      return { host, role: 'old' as const, is, said: '' };
    }),
  }));
  return { ...spreading, mail: { ...mail, vantages } };
}

it('says on hold what holds it, before how far it is', () => {
  expect(answerText(held('authority-behind'), here)).toMatch(
    /^On hold: 1 authoritative server still serves an older set\. 64 % of /,
  );
  expect(answerText(held('mx-missing'), here)).toMatch(
    /^On hold: 1 authoritative server says that there is no MX\. 64 % of /,
  );
  expect(answerText(held('conflict'), here)).toContain('On hold: somebody else changed what ');
});

it('calls no way back safe whose write would not arrive, or would mend nothing', () => {
  const is = (why: keyof typeof reasons) => backOf(held(why), here).is;
  expect(is('write-refused')).toBe('not');
  expect(is('write-failing')).toBe('not');
  expect(is('conflict')).toBe('care');
  expect(is('mx-missing')).toBe('care');
  expect(is('signature')).toBe('care');
  expect(is('dnssec-bogus')).toBe('care');
  expect(is('authority-behind')).toBe('safe');
  expect(backOf(held('dnssec-bogus'), here).sentence).toBe('Going back heals nothing');
  // Before the swap nothing has to be written for mail to stay where it is.
  expect(backOf(held('write-refused', told('drain').status), here).is).toBe('safe');
});

it('knows that a swap whose write was refused has left the old MX where it was', () => {
  const { status } = told('gate');
  const refused = held('write-refused', { ...status, stage: 'swap' });
  expect(backOf(refused, here)).toMatchObject({ is: 'safe', sentence: 'It is safe to go back' });
  const open = { ...refused, intent: { id: 'i4', purpose: 'swap' as const } };
  expect(backOf(open, here).is).toBe('not');
});

it('does not say that it goes back while nobody writes it back', () => {
  const { status } = told('rollback');
  expect(backOf(status, here).sentence).toBe('It is going back now');
  const undelivered = held('rollback-undelivered', status);
  expect(backOf(undelivered, here)).toMatchObject({
    is: 'not',
    sentence: 'The old MX is not back',
  });
  const dead = { ...told('dead').status, stage: 'rollback' as const, rollback: status.rollback };
  expect(backOf(dead, here)).toMatchObject({ is: 'not', sentence: 'The old MX is not back' });
  expect(backOf(told('dead').status, here).why[0]).toBe('It begins once a controller runs it.');
});

it('calls going back safe only where an old host was seen taking mail', () => {
  const back = (...list: readonly HostIs[]) => backOf(seen(list), here);
  expect(back('accepts', 'cannot-tell').is).toBe('safe');
  expect(back('greylists').is).toBe('safe');
  expect(back('cannot-tell')).toMatchObject({
    ...{ is: 'care', sentence: 'Going back needs care: the old host was not heard' },
  });
  expect(backOf({ ...spreading, mail: null }, here).is).toBe('care');
  // The first round after the swap is under way.
  const unasked = { ...spreading, mail: { ...spreading.mail!, vantages: [] } };
  expect(backOf(unasked, here)).toMatchObject({
    ...{ is: 'safe', why: ['The old host was not asked since the swap yet.', expect.anything()] },
  });
  expect(back('accepts', 'refuses').sentence).toBe(
    'Going back is not safe: the old host refuses mail',
  );
  expect(back('down').sentence).toBe('Going back is not safe: the old host cannot be reached');
  expect(back('accepts', 'down').sentence).toBe(
    'Going back needs care: an old host cannot be reached',
  );
});

it('says when the last mail follows only where that was reckoned', () => {
  const why = (status: Status) => backOf(status, here).why.join(' ');
  expect(why(spreading)).toContain('; within 1 h 45 min the last mail follows.');
  expect(why({ ...spreading, mail: null })).toContain(
    '; caches that keep to its TTL follow within 5 min.',
  );
});
