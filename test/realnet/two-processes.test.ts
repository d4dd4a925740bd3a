import { describe, expect, it, vi } from 'vitest';
import { type Event, patient } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { added, bindAlone, knotAlone, zone } from '../support/scene.ts';
import { type SeenUpdate } from '../support/proxy.ts';

const runOf = ({ data }: Event): string => String(data['run']);
const created = ({ type }: Event): boolean => type === 'cutover.created';
const claims = (update: SeenUpdate): boolean => added(update).some(text => text.includes('run='));

describe.concurrent('two state directories', patient, () => {
  it('the claim keeps the second run away, and is taken over from a dead one', async ({
    onTestFinished,
  }) => {
    const scene = await bindAlone(onTestFinished);
    const [one, two] = [scene.site('one', { more: { approval: 'required' } }), scene.site('two')];
    const first = one.start(await one.hash());
    const run = runOf(await first.seen('the run', created));
    await first.entered('drain');
    const shown = await two.json<{
      hash: string;
      findings: { id: string; status: string; summary: string }[];
    }>('plan', zone);
    expect(shown.findings).toContainEqual(
      expect.objectContaining({ id: 'concurrent-run-lock', status: 'fail' }),
    );
    const { hash } = shown;
    const refused = await two.run('start', zone, '--plan-hash', hash);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain(`--take-claim=${run}`);
    expect((await two.run('status', zone)).code).toBe(64);

    first.kill('SIGKILL');
    await first.ended;
    const claim = dig(scene.primary, `_dns-cutover.${zone}`, 'TXT');
    expect(claim).toEqual([expect.stringContaining(`run=${run}`)]);
    const reason = ['--reason', 'the other machine is gone'];
    const wrong = await two.run(
      ...['start', zone, '--plan-hash', hash, '--take-claim=0000000000000000', ...reason],
    );
    expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining(`--take-claim=${run}`)]);
    expect(dig(scene.primary, `_dns-cutover.${zone}`, 'TXT')).toEqual(claim);
    const second = two.start(hash, `--take-claim=${run}`, ...reason);
    await second.entered('propagate');
    const own = runOf(await second.seen('the run', created));
    expect(dig(scene.primary, `_dns-cutover.${zone}`, 'TXT')).toEqual([
      expect.stringContaining(`run=${own}`),
    ]);

    // The dead one comes back: it sees that the domain is no longer its own, and writes nothing.
    const sent = scene.front.writes().length;
    const back = one.start(await hashOf(one.journal()));
    await back.held('conflict');
    expect(scene.front.writes()).toHaveLength(sent);
    back.kill('SIGKILL');
    await back.ended;
    expect((await two.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await second.ended).code, second.err()).toBe(0);
    // No claim: the wildcard of the zone answers.
    expect(dig(scene.primary, `_dns-cutover.${zone}`, 'TXT')).toEqual([
      expect.stringContaining('"a wildcard"'),
    ]);
  });

  it('of two that start at the same moment one gets the claim, the other is told whose it is', async ({
    onTestFinished,
  }) => {
    const scene = await knotAlone(onTestFinished);
    const [one, two] = [scene.site('one'), scene.site('two')];
    const hash = await one.hash();
    let waiting: (() => void) | null = null;
    scene.front.hooks = {
      beforeUpdate: async update => {
        if (!claims(update)) return undefined;
        if (waiting === null)
          await new Promise<void>(resolve => {
            waiting = resolve;
          });
        else waiting();
        return undefined;
      },
    };
    const both = [one.start(hash), two.start(hash)];
    const runs = await Promise.all(both.map(async start => runOf(await start.seen('it', created))));
    const ends = both.map(async (start, index) => {
      const hold = await start.held('claimed');
      return { index, claim: String(hold['claim']) };
    });
    for (const end of ends) end.catch(() => undefined);
    const { index, claim } = await Promise.race(ends);
    expect(claim).toContain(`run=${runs[1 - index]}`);
    await both[1 - index]?.entered('drain');
    const status = await (index === 0 ? one : two).json('status', zone);
    expect(JSON.stringify(status['hold'])).toContain(`--take-claim=${runs[1 - index]}`);
    for (const start of both) start.kill('SIGKILL');
    await Promise.all(both.map(start => start.ended));
    expect(
      scene.front.writes().filter(update => claims(update) && update.rcode === 0),
    ).toHaveLength(1);
  });
});

describe.concurrent('one state directory', patient, () => {
  it('one process owns, the other follows, and takes over at once when the owner is killed', async ({
    onTestFinished,
  }) => {
    const scene = await bindAlone(onTestFinished);
    const desk = scene.site('desk');
    const hash = await desk.hash();
    const owner = desk.start(hash);
    await owner.entered('lower');
    const follower = desk.start(hash);
    // However late it comes on a busy machine: the owner waits in the sweep for a word.
    await vi.waitFor(() => {
      expect(follower.err()).toContain(`process ${owner.pid} on`);
    }, 60_000);
    owner.kill('SIGKILL');
    await owner.ended;
    const killed = Date.now();
    const taken = await follower.seen(
      'the takeover',
      ({ type, data }) => type === 'owner.changed' && data['fence'] === 2,
    );
    expect(Date.parse(taken.time) - killed).toBeLessThan(10_000);
    await follower.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await follower.ended).code, follower.err()).toBe(0);
    const confirmed = (await desk.journal()).filter(({ type }) => type === 'write.confirmed');
    expect([...scene.front.applied().values()]).toEqual(confirmed.map(() => 1));
  });

  it('an owner that hangs keeps it, and is named', async ({ onTestFinished }) => {
    const scene = await bindAlone(onTestFinished);
    const desk = scene.site('desk', { more: { approval: 'required' } });
    const owner = desk.start(await desk.hash());
    await owner.entered('drain');
    owner.kill('SIGSTOP');
    const back = await desk.run('rollback', zone, '--confirm', zone);
    expect(back.code, back.err).toBe(8);
    expect(back.err).toContain(`process ${owner.pid} on`);
    expect(back.err).toContain(`kill -9 ${owner.pid}`);
    owner.kill('SIGCONT');
    expect((await owner.ended).code, owner.err()).toBe(6);
    expect(dig(scene.primary, zone, 'MX')).toEqual([`${zone}. 3 IN MX 10 mx1.oldhost.example.`]);
  });
});

/** The hash of the plan in a journal. */
async function hashOf(journal: Promise<readonly Event[]>): Promise<string> {
  const [first] = await journal;
  return (first!.data['plan'] as { hash: string }).hash;
}
