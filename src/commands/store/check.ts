import { fold } from '../../cutover/apply.ts';
import { Fault } from '../../errors.ts';
import { verifyAll } from '../../store/verify.ts';
import { type Run } from '../spec.ts';

export const run: Run = async context => {
  const { terminal, json, places } = context;
  if (!context.hasStore())
    throw new Fault('NOT_FOUND', 'there is no store', {
      where: places.state,
      fix: 'name another directory with --state',
    });
  const app = await context.app();
  const verified = await verifyAll(app.environment.store);
  const bad: string[] = [];
  for (const [id, { lines, firstBad }] of verified) {
    const folded = firstBad === null ? fold((await app.journal(id)).map(({ line }) => line)) : null;
    const cached = await app.find(id);
    const differs = firstBad === null && JSON.stringify(folded) !== JSON.stringify(cached);
    const problem =
      firstBad === null
        ? differs
          ? 'the state is not the fold of the journal'
          : null
        : `line ${String(firstBad.seq)}: ${firstBad.why}`;
    if (problem !== null) bad.push(`${id}: ${problem}`);
    if (!json) terminal.out(`${id}  ${String(lines)} lines  ${problem ?? 'ok'}`);
  }
  if (bad.length === 0) {
    if (json) terminal.out(JSON.stringify({ cutovers: verified.size, bad }));
    return 0;
  }
  // One document on stdout: with --json the fault is it, and carries what is bad.
  throw new Fault('MALFORMED', `the store does not hold: ${bad.join('; ')}`, {
    where: places.state,
    details: { cutovers: verified.size, bad },
    fix: 'stop every controller and restore a backup: dns-cutover store restore FILE --force',
  });
};
