import { describe, expect, it } from 'vitest';
import { answersOf } from '../../../src/view/propagation/answers.ts';
import { bogusNote, dnssecPhrase, dnssecSeen } from '../../../src/view/propagation/dnssec.ts';
import { type PropagationRow } from '../../../src/view/propagation/rows.ts';
import { propagationText } from '../../../src/view/propagation/text.ts';
import { standingOf } from '../../../src/view/propagation/propagation.ts';
import { bogus, look, picture, row, silent, world } from './world.ts';

describe('signatures', () => {
  it('go unmentioned where nobody answered', () => {
    expect(dnssecPhrase([silent('a')])).toBeNull();
    expect(bogusNote([silent('a')])).toBeNull();
  });

  it('are counted, with the reasons of those that find them wrong', () => {
    const rows = [...world, bogus('b1', 7, 'expired at noon'), bogus('b2', 7), bogus('b3', 10)];
    expect(dnssecSeen(rows)).toMatchObject({ validated: 2, notValidated: 6, bogus: 3 });
    expect(dnssecPhrase(rows)).toBe(
      '2 validated the answer, 6 did not, 3 call it bogus: EDE 7 Signature Expired, EDE 10 RRSIGs Missing',
    );
    expect(dnssecPhrase([bogus('b', 7, 'expired at noon')])).toBe(
      '0 validated the answer, 1 calls it bogus: EDE 7 Signature Expired (expired at noon)',
    );
  });

  it('that are wrong are no old entry, and that is said', () => {
    const text = propagationText(picture([row('a'), bogus('b', 7)]), look).replaceAll(/\s+/g, ' ');
    expect(text).toContain('! DNSSEC: 1 of 2 resolvers finds the signatures wrong');
    expect(text).toContain('Those that do not validate answer all the same.');
    expect(text).toContain('putting the records back does not heal it');
    expect(text).toContain(
      'answers SERVFAIL, as the signatures are wrong; EDE 7 Signature Expired',
    );
    expect(bogusNote([bogus('b', 7)])).not.toContain('answer all the same');
  });

  it('that most of those that validate find wrong keep any goal from being reached', () => {
    const good = row('good', { dnssec: 'validated' });
    const standing = (...rows: readonly PropagationRow[]) => standingOf(picture(rows), 0.5);
    expect(standing(row('a'), good, bogus('b', 7))).toBe('reached');
    expect(standing(row('a'), row('c'), bogus('b', 7))).toBe('pending');
    expect(standing(row('a'), row('c'), good)).toBe('reached');
  });

  it('that are wrong without a word of it show where nobody is to validate', () => {
    const mute = { ...bogus('b', 7), ede: [] };
    const text = propagationText(picture([row('a'), bogus('c', 7), mute]), look);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'answers SERVFAIL, and the data when told not to validate (CD): to it the signatures are wrong',
    );
    expect(answersOf(picture([bogus('c', 7), mute]))).toHaveLength(2);
    expect(dnssecPhrase([mute])).toBe('0 validated the answer, 1 calls it bogus');
  });
});
