import { describe, expect, it } from 'vitest';
import { apply } from '../../src/cutover/apply.ts';
import { type HoldReason } from '../../src/cutover/hold.ts';
import { eventText } from '../../src/view/events.ts';
import { findingsText } from '../../src/view/findings.ts';
import { planText, planView } from '../../src/view/plan/plan.ts';
import { reportMarkdown, reportOf } from '../../src/view/report/report.ts';
import { statusOf, statusTable, statusText } from '../../src/view/status/status.ts';
import { undoText } from '../../src/view/runbook/undo.ts';
import { atGate, drained, finding } from '../support/view-fixture.ts';
import { reasons } from '../support/view-lines.ts';
import { look, planOf } from '../support/view-plan.ts';

/** Sets the clipboard, hides a line, turns the writing, begins a line of its own. */
const evil = '\x1b]52;c;cm0=\x07x\ry\u202ez\n\x1b[2Jv';
const harmless = '\\x1b]52;c;cm0=\\x07x\\x0dy\\u{202e}z\\x0a\\x1b[2Jv';
const harmful = /[\p{Cc}\p{Cf}]/u;
const calm = (text: string): boolean => !harmful.test(text.replaceAll('\n', ''));

/** The same value with every string in it made hostile. */
const hostile = (reason: HoldReason): HoldReason =>
  JSON.parse(
    JSON.stringify(reason, (key, value: unknown) =>
      typeof value === 'string' && !['why', 'status', 'severity'].includes(key)
        ? `${value} ${evil}`
        : value,
    ),
  ) as HoldReason;

const bad = finding({
  id: 'smtp-banner',
  status: 'fail',
  subject: evil,
  summary: evil,
  observed: evil,
  expected: evil,
  consequence: evil,
  remedy: evil,
  refs: [evil],
});

const zonePlan = planOf({
  order: { provider: evil },
  policy: {
    attest: [evil],
    accept: [{ id: 'x', subject: evil, reason: evil }],
  },
});

describe('what others wrote stays text', () => {
  it.each(Object.entries(reasons))('in a hold: %s', (_why, reason) => {
    const told = drained();
    const data = { reason: hostile(reason) };
    const line = { v: 1, at: told.now.wall, type: 'held', data } as const;
    const status = statusOf(apply(told.cutover, line), told.now);
    const text = statusText(status, look);
    expect(calm(text)).toBe(true);
    expect(calm(statusTable([status], look))).toBe(true);
    expect(calm(eventText({ line, actor: { kind: 'person', name: evil } }, look))).toBe(true);
    if (!['window-missed', 'resolvers-cannot-tell'].includes(reason.why))
      expect(text.replaceAll(/\s+/g, ' ')).toContain('\\x1b]52;c;cm0');
  });

  it('in a status: reasons, sentences to attest, servers, trouble, host', () => {
    const told = atGate(zonePlan).check([bad]);
    const trouble = { observe: { code: 'UNAVAILABLE', message: evil, since: told.now.wall } };
    const paused = { at: told.now.wall, reason: evil };
    const cutover = { ...told.cutover, trouble, paused, host: evil, owner: { id: evil, fence: 1 } };
    const text = statusText(statusOf(cutover, told.now), look);
    expect(calm(text)).toBe(true);
    expect(text).toContain(harmless);
  });

  it('in a plan, in findings and in the undo by hand', () => {
    const now = { wall: look.now, up: 0, boot: 'b1' };
    const text = planText(planView({ plan: zonePlan, findings: [bad], now }), look);
    expect(calm(text)).toBe(true);
    expect(text).toContain(harmless);
    expect(calm(findingsText([bad], { ...look, ascii: true }))).toBe(true);
    const extras = { comment: evil };
    const mx = zonePlan.tracks.find(({ type }) => type === 'MX')?.positions[0] ?? null;
    const hosted = { 'example.org. MX': mx && { rrset: mx, extras, token: null } };
    expect(calm(undoText({ plan: zonePlan, hosted }))).toBe(true);
  });

  it('in a report, where it cannot be Markdown either', () => {
    const told = drained().tell({ type: 'pause', reason: `${evil} <script>|[x](y) **bold**` });
    const { cutover, entries } = told;
    const text = reportMarkdown(reportOf({ cutover, entries, epoch: 'e' }), look);
    expect(calm(text)).toBe(true);
    expect(text).toContain('\\<script\\>\\|\\[x\\](y) \\*\\*bold\\*\\*');
  });
});
