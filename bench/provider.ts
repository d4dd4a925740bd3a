// What a cutover asks of each cloud: `npm run build && node bench/provider.ts`.
//
// A whole cutover of one MX by the command line, without faults: the checks of `start`, claim, low TTL, gate,
// swap, restored TTL, no claim; what `plan` asks for before it is told apart. The cloud is its double on
// loopback, which answers at once and takes some seconds to have all its servers in step, as the real one
// would take longer; so the requests are what counts here, and the times say what we add: "confirmed" is from
// the intent, stored just before the write is sent, to the line that says that it took effect.
import { type Event } from '../test/support/cli.ts';
import { type Cloud, clouds } from '../test/realnet/clouds.ts';
import { hosted, zone } from '../test/realnet/hosted.ts';

/** Route 53 allows five requests a second to all programs of an account. */
const goals: Readonly<Record<string, number>> = { 'Route 53': 30 };

/** How often each operation was asked for, the most frequent first. */
function breakdown(operations: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of operations) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([operation, count]) => `${count} ${operation}`)
    .join(', ');
}

/** Milliseconds from each intent to its confirmation. */
function confirmations(events: readonly Event[]): readonly number[] {
  const sent = new Map<string, number>();
  return events.flatMap(({ type, time, data }) => {
    if (type === 'write.intended')
      sent.set((data['intent'] as { id: string }).id, Date.parse(time));
    const since = type === 'write.confirmed' ? sent.get(String(data['intent'])) : undefined;
    return since === undefined ? [] : [Date.parse(time) - since];
  });
}

const seconds = (ms: number | undefined): string => `${((ms ?? NaN) / 1000).toFixed(2)} s`;

async function measure(cloud: Cloud): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const onEnd = (end: () => Promise<void>): void => {
    ends.unshift(end);
  };
  try {
    const { desk, double, pass } = await hosted(cloud, onEnd, {
      site: { more: { approval: 'none' } },
    });
    const asked = () => double.log.map(({ request }) => cloud.operation(request));
    const hash = await desk.hash();
    const planned = asked().length;
    const began = performance.now();
    const start = desk.start(hash);
    await start.entered('drain');
    pass('old');
    await start.entered('propagate');
    pass('low');
    await start.entered('sweep');
    await desk.run('confirm', zone, 'mail-swept');
    const { code, err } = await start.ended;
    if (code !== 0) throw new Error(`the cutover at ${cloud.name} ended with ${code}:\n${err}`);
    const took = performance.now() - began;
    const all = asked();
    const times = confirmations(start.events).toSorted((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)];
    const [plan, cutover] = [all.slice(0, planned), all.slice(planned)];
    const goal = goals[cloud.name] ?? Infinity;
    const met = cutover.length <= goal;
    console.log(
      `${cloud.name.padEnd(18)} ${cutover.length} requests in ${seconds(took)}` +
        (goal === Infinity ? '' : `  goal <= ${goal}: ${met ? 'met' : 'missed'}`),
    );
    console.log(`  asked      ${breakdown(cutover)}`);
    console.log(
      `  confirmed  ${times.length} writes, p50 ${seconds(middle)}, most ${seconds(times.at(-1))}`,
    );
    console.log(`  plan       ${plan.length} requests: ${breakdown(plan)}`);
    if (!met) process.exitCode = 1;
  } finally {
    for (const end of ends) await end();
  }
}

for (const cloud of clouds) await measure(cloud);
