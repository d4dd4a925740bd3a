import { describe, expect, it } from 'vitest';
import { offersOf, type OfferView } from '../../../src/view/status/offers.ts';
import {
  approve,
  atGate,
  begun,
  drained,
  finding,
  finished,
  swapped,
  swept,
  type Story,
} from '../../support/view-fixture.ts';

const offersIn = ({ cutover, now }: Story): readonly OfferView[] => offersOf(cutover, now);
const names = (story: Story): readonly string[] =>
  offersIn(story).map(({ act, which }) => (which === null ? act : `${act} ${which}`));
const written = (story: Story, act: OfferView['act'], which: string | null = null) =>
  offersIn(story)
    .find(one => one.act === act && one.which === which)
    ?.writes.map(({ key, before, after }) => [key, before?.rdata, after?.rdata, after?.ttl]);

describe('what somebody may do', () => {
  it('follows the stage, and ends with the cutover', () => {
    expect(names(begun())).toEqual(['pause', 'abandon']);
    expect(names(drained())).toEqual(['pause', 'rollback step', 'abandon']);
    expect(names(drained().tell({ type: 'pause', reason: null }))[0]).toBe('resume');
    expect(names(atGate())).toEqual(['approve', 'pause', 'rollback step', 'abandon']);
    expect(names(swapped())).toEqual(['pause', 'rollback step', 'rollback snapshot', 'abandon']);
    expect(names(swept())[0]).toBe('confirm mail-swept');
    const settling = swept().tell({ type: 'confirm', what: 'mail-swept', reason: null });
    expect(names(settling)).toContain('confirm restore-ttl');
    expect(names(finished())).toEqual([]);
  });

  it('comes with what the zone gets: what the approval lets out is what the swap then writes', () => {
    const promised = written(atGate(), 'approve');
    expect(promised).not.toEqual([]);
    const { intent } = atGate().tell(approve).check().cutover;
    expect(intent?.changes.map(({ after }) => [after?.rdata, after?.ttl])).toEqual(
      promised?.map(([, , rdata, ttl]) => [rdata, ttl]),
    );
  });

  it('a rollback writes the MX first, at the low TTL one step back, and as it was all the way', () => {
    const step = written(swapped(), 'rollback', 'step');
    const all = written(swapped(), 'rollback', 'snapshot');
    expect(step?.[0]?.[0]).toMatch(/ MX$/);
    expect(all?.[0]?.[0]).toMatch(/ MX$/);
    expect(step?.[0]?.[2]).toEqual(all?.[0]?.[2]);
    expect(Number(step?.[0]?.[3])).toBeLessThan(Number(all?.[0]?.[3]));
    const { cutover } = swapped().tell({ type: 'rollback', to: 'step', reason: null });
    expect(cutover.intent?.changes[0]?.after?.rdata).toEqual(step?.[0]?.[2]);
  });

  it('what blocks the gate can be accepted by id and subject', () => {
    const blocked = atGate().check([
      finding({ status: 'fail', subject: 'ns2', consequence: 'some hear the old set' }),
    ]);
    const [offer] = offersIn(blocked);
    expect(offer?.accept).toEqual([
      {
        id: 'auth-servers-agree',
        subject: 'ns2',
        summary: 'every authoritative server gives the same answer',
        consequence: 'some hear the old set',
      },
    ]);
  });
});
