import { expect, it } from 'vitest';
import { type CanaryTold } from '../../../src/cutover/event.ts';
import { type Settlement } from '../../../src/cutover/intent.ts';
import { planText, planView } from '../../../src/view/plan/plan.ts';
import { reportMarkdown, reportOf } from '../../../src/view/report/report.ts';
import { lineText } from '../../../src/view/sentences.ts';
import { statusOf, statusText } from '../../../src/view/status/status.ts';
import { watchScreen } from '../../../src/view/watch/screen.ts';
import { drained, type Story } from '../../support/view-fixture.ts';
import { samples } from '../../support/view-lines.ts';
import { dawn, look, ownPolicy, planOf } from '../../support/view-plan.ts';

const watch = { ...ownPolicy.watch, canary: true };
const plan = planOf({ policy: { watch } });
const { measured } = samples['canary.measured'];
const { rehearsed } = samples['canary.rehearsed'];

const begun = (): Story => drained(plan);
const settled = (story: Story, settlement: Settlement = { is: 'confirmed' }): Story => {
  const intent = story.cutover.canary?.intent?.id ?? 'none';
  return story.tell({ type: 'settled', intent, settlement });
};
const told = (story: Story, what: CanaryTold): Story => story.tell({ type: 'canary', told: what });
const following = () => settled(told(settled(begun()), { is: 'measured', measured }));
const over = () => told(following(), { is: 'rehearsed', rehearsed });
const stateOf = ({ cutover, now }: Story) => statusOf(cutover, now).canary?.state;

it('a status says where it is', () => {
  const noRight = { code: 'UNAUTHORIZED', message: 'no right', refused: true };
  const foreign = { key: 'k', expected: null, found: null, source: 'onprem' };
  expect([
    stateOf(begun()),
    stateOf(settled(begun())),
    stateOf(told(settled(begun()), { is: 'measured', measured })),
    stateOf(following()),
    stateOf(over()),
    stateOf(settled(over())),
    stateOf(settled(begun(), { is: 'not-applied', ...noRight })),
    stateOf(settled(following(), { is: 'conflict', differences: [foreign] })),
    stateOf(drained()),
  ]).toEqual([
    ...['writing', 'measuring', 'changing', 'following', 'removing', 'removed', 'not made'],
    ...['following', undefined],
  ]);
  const { cutover, now } = over();
  const text = statusText(statusOf(cutover, now), { ...look, now: now.wall });
  expect(text.slice(text.indexOf('canary'), text.indexOf('servers'))).toBe(`\
canary     *._dns-cutover.example.org TXT is being removed
           measured: 140 of 148 resolvers gave it: TTLs raised to a floor by 2
           (old-isp 3600 s, kresd 305 s), cut by 1, several caches at one
           address of 12
           rehearsal of the swap: 139 of 140 resolvers turned: half after 290 s,
           95 % after 301 s, the last not in time; at the end stuck not in time,
           old-isp after 3570 s
`);
  const screen = { ...look, now: now.wall, rows: 40 };
  const shown = watchScreen({ status: statusOf(cutover, now), recent: [] }, screen).join('\n');
  expect(shown).toContain('rehearsal of the swap');
});

it('a plan shows what is written besides, and when', () => {
  const now = { wall: dawn, up: 0, boot: 'b' };
  const text = planText(planView({ plan, findings: [], now }), look);
  expect(text).toContain('*._dns-cutover.example.org. TXT  TTL 300');
  expect(text).toContain('a canary is written');
  const short = planOf({
    policy: { watch, ttl: { ...ownPolicy.ttl, low: 3600 } },
  });
  expect(planText(planView({ plan: short, findings: [], now }), look)).toMatch(/no canary/);
  expect(planText(planView({ plan: planOf(), findings: [], now }), look)).not.toMatch(/canary/i);
});

it('a report says what was learnt, and what was left', () => {
  const { cutover, entries } = over();
  const report = reportMarkdown(reportOf({ cutover, entries, epoch: 'e' }), look);
  expect(report).toContain('## Canary');
  expect(report).toContain('old-isp 3600 s');
  const gone = { ...cutover, canary: { ...cutover.canary!, stands: 'left' as const } };
  expect(reportOf({ cutover: gone, entries, epoch: 'e' }).notDone).toContain(
    'the canary was left in the zone: remove *._dns-cutover.example.org. TXT by hand',
  );
});

it('each of its lines is a sentence', () => {
  for (const [type, data] of Object.entries(samples).filter(([name]) => name.startsWith('canary')))
    expect(lineText({ v: 1, at: dawn, type, data } as never, 'UTC')).toMatch(/canary|c1|c2/);
});
