import { type Cutover } from '../cutover/cutover.ts';
import { blocks, type Acceptance, type Finding } from '../cutover/finding.ts';
import { displayName } from '../dns/name.ts';
import { findingsText } from '../view/findings.ts';
import { type Context } from './context.ts';
import { findOrder } from './find.ts';
import { type Run } from './spec.ts';
import { tellWarnings } from './warnings.ts';

/** The cutover that runs for what was named: it is judged by its own plan, wherever on its path it is. */
async function running(context: Context, name: string | undefined): Promise<Cutover | null> {
  if (!context.hasStore()) return null;
  const { orders } = name === undefined ? await context.config() : { orders: [] };
  const [only] = orders;
  const subject = name ?? (only === undefined ? null : displayName(only.domain));
  const cutover = subject === null ? null : await (await context.app()).find(subject);
  return cutover?.outcome === null ? cutover : null;
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly accepted: readonly Acceptance[];
}

async function judged(context: Context, name: string | undefined): Promise<Judged> {
  const { signal } = context;
  const cutover = await running(context, name);
  if (cutover !== null) {
    const { accepted } = cutover;
    return { findings: await (await context.app()).check(cutover, signal), accepted };
  }
  const order = await findOrder(context, name);
  await tellWarnings(context);
  const { findings } = await (await context.app()).plan(order, signal);
  return { findings, accepted: order.policy.accept };
}

export const run: Run = async (context, { args }) => {
  const { terminal, json } = context;
  const { findings, accepted } = await judged(context, args[0]);
  const text = json
    ? JSON.stringify({ findings })
    : findingsText(findings, terminal.look(), accepted);
  terminal.out(text);
  return findings.some(finding => blocks(finding, accepted)) ? 3 : 0;
};
