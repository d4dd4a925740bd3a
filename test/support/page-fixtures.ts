import { type Watched, type WatchRecord } from '../../src/propagation/watched.ts';
import { snapshotOf, type Scene } from '../../src/view/stream/snapshot.ts';
import { type CutoverSnapshot } from '../../src/view/stream/stream.ts';
import { type News } from '../../src/cutover/news.ts';
import { nothingWatched } from '../../src/view/world/world.ts';
import { apply } from '../../src/cutover/apply.ts';
import { deaf, lost, mailPlan, probedBy, well } from './mail-story.ts';
import { crowdOf, worldOf } from './page-world.ts';
import {
  approve,
  atGate,
  begun,
  drained,
  finding,
  finished,
  swept,
  type Story,
} from './view-fixture.ts';
import { reasons } from './view-lines.ts';
import { minute } from './view-plan.ts';

/*
 * Moments of cutovers as the page may meet them, made by the real core and the real views. Whatever
 * is shown of them is what the server would have sent.
 */

const second = 1000;

/** Text that strangers would love to see as something else than text. */
export const hostile = {
  markup: `<img src=x onerror="document.title='owned'">`,
  script: `</script><script>document.title='owned'</script>`,
  bidi: 'safe\u202Eelpmaxe.live',
  long: 'x'.repeat(10_000),
};

const mailFindings = [
  finding({}),
  finding({ id: 'auth-serial-consistent', summary: 'every server has serial 2026120401' }),
  finding({ id: 'spf-includes-new', summary: 'SPF lets the new host send' }),
  finding({ id: 'dkim-new-selectors', summary: 's1 is published' }),
  finding({
    ...{ id: 'mta-sts-covers-new', status: 'warn', severity: 'warning' },
    summary: 'the policy is in mode testing',
    observed: 'mode: testing',
  }),
  finding({ id: 'dane-tlsa-new', status: 'skipped', summary: 'there are no TLSA records' }),
  finding({ id: 'smtp-starttls', summary: 'TLS 1.3, a certificate for mx.new.example' }),
];

/** What was known of the caches before the swap: from it comes what is expected. */
const baseline: News = {
  ...{ share: null, ableToTell: 0.97, complete: true, total: 148, flipped: 0, cold: 0 },
  counts: { old: 144, silent: 4 },
  ...{ laggards: [], unexplained: 0, entry: null },
  forecast: { p50: 110, p95: 420, worst: 1800 },
};

/** Swapped with mail hosts that are asked, and so many seconds gone. */
const spreading = (seconds: number): Story => {
  const story = drained(mailPlan())
    .tell({ type: 'news', news: baseline })
    .wait(75 * minute)
    .tell({ type: 'woke' })
    .check(mailFindings)
    .wait(minute)
    .tell(approve)
    .check(mailFindings);
  return probedBy(
    story
      .settle()
      .wait(2 * second)
      .observe()
      .wait(seconds * second),
    well,
  );
};

const atWork = { pid: 4711, host: 'ops1' };

/** A story at its moment, with what the store keeps beside its journal. */
function scene(
  story: Story,
  { record = nothingWatched, dead = false }: { record?: WatchRecord; dead?: boolean } = {},
): CutoverSnapshot {
  const runner = dead ? null : { ...atWork, since: story.cutover.started.wall };
  const of: Scene = { cutover: story.cutover, kept: { ...record, runner }, now: story.now };
  return snapshotOf(of, { epoch: 'e7', entries: story.entries });
}

const blocked = [
  ...mailFindings,
  finding({
    ...{ id: 'smtp-domain-accepted', status: 'fail', subject: 'mx.new.example' },
    ...{
      summary: 'the new host does not know the domain',
      observed: '550 5.7.64 TenantAttribution',
    },
    ...{ expected: '250', remedy: 'Add the domain at the new provider.' },
    ...{ consequence: 'Mail is refused from the swap on.', refs: ['RFC 5321 4.2.3'] },
  }),
];

function hold(): CutoverSnapshot {
  const story = spreading(40);
  const line = {
    v: 1,
    at: story.now.wall,
    type: 'held',
    data: { reason: reasons['authority-behind'] },
  } as const;
  const cutover = apply(story.cutover, line);
  return scene(
    { ...story, cutover, now: story.now, entries: story.entries },
    { record: worldOf(story) },
  );
}

function trouble(): CutoverSnapshot {
  let story = spreading(60);
  for (let round = 0; round < 3; round++) story = probedBy(story.wait(minute), lost);
  return scene(story, { record: worldOf(story) });
}

const nasty = (one: Watched): Watched => {
  const { resolver } = one;
  if (resolver.id === 'google')
    return { ...one, resolver: { ...resolver, name: hostile.markup, operator: hostile.bidi } };
  if (resolver.id === 'quad9')
    return { ...one, resolver: { ...resolver, name: hostile.long, operator: hostile.script } };
  return one;
};

function hostileStory(): CutoverSnapshot {
  const told = spreading(130).tell({
    ...{ type: 'troubled', effect: 'observe', code: 'UNAVAILABLE' },
    message: `${hostile.markup}${hostile.script}`,
  });
  const story = told.tell({
    type: 'pause',
    reason: `${hostile.script} ${hostile.bidi} ${hostile.long}`,
  });
  return scene(story, { record: worldOf(story, nasty) });
}

/** By name, in the order of a cutover's life. */
export const fixtures = {
  lower: () => scene(begun(mailPlan()).survey().settle().wait(second)),
  drain: () => scene(drained(mailPlan()).wait(20 * minute)),
  gate: () => scene(atGate(mailPlan()).check(blocked)),
  propagate: () => {
    const story = spreading(130);
    return scene(story, { record: worldOf(story) });
  },
  mail: trouble,
  down: () => {
    const story = probedBy(spreading(130), deaf);
    return scene(story, { record: worldOf(story) });
  },
  hold,
  paused: () => {
    const story = spreading(95).tell({ type: 'pause', reason: 'the bridge wants to look first' });
    return scene(story, { record: worldOf(story) });
  },
  rollback: () => {
    const story = spreading(130).tell({ type: 'rollback', to: 'step', reason: 'mail bounces' });
    return scene(story.wait(3 * second), { record: worldOf(story) });
  },
  'rolled-back': () => {
    const story = spreading(130).tell({ type: 'rollback', to: 'snapshot', reason: null });
    return scene(story.settle().wait(second).observe());
  },
  sweep: () => scene(swept(mailPlan())),
  done: () => scene(finished()),
  dead: () => {
    const story = spreading(130);
    return scene(story, { record: worldOf(story), dead: true });
  },
  crowd: () => {
    const story = spreading(130);
    return scene(story, { record: crowdOf(story, 10_000) });
  },
  hostile: hostileStory,
} as const satisfies Readonly<Record<string, () => CutoverSnapshot>>;

export type FixtureName = keyof typeof fixtures;
export const fixtureNames = Object.keys(fixtures) as readonly FixtureName[];
