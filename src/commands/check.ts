import { blocks, type Acceptance, type Finding } from '../cutover/finding.ts';
import { Fault, isFault } from '../errors.ts';
import { findingsText, tally } from '../view/findings.ts';
import { count } from '../view/words.ts';
import { type Context } from './context.ts';
import { findOrder, tellUnderWay, underWay } from './find.ts';
import { type Run } from './spec.ts';
import { judgedThere } from './there.ts';
import { tellWarnings } from './warnings.ts';

interface Judged {
  readonly findings: readonly Finding[];
  readonly accepted: readonly Acceptance[];
}

async function judged(context: Context, name: string | undefined): Promise<Judged> {
  const { signal, remote } = context;
  if (remote !== undefined) return judgedThere(context, remote, name);
  // It is judged by its own plan, wherever on its path it is.
  const cutover = await underWay(context, name);
  if (cutover !== null) {
    const { accepted } = cutover;
    tellUnderWay(context, cutover);
    return { findings: await (await context.app()).check(cutover, signal), accepted };
  }
  const order = await findOrder(context, name);
  await tellWarnings(context);
  const { findings } = await (await context.app()).plan(order, signal);
  return { findings, accepted: order.policy.accept };
}

/** A provider that cannot do what is planned is what a check is for: it failed, and nothing broke. */
async function judgedOrFailed(context: Context, name: string | undefined): Promise<Judged> {
  try {
    return await judged(context, name);
  } catch (error) {
    if (!isFault(error, 'UNSUPPORTED')) throw error;
    const { message, where, fix, details } = error;
    throw new Fault('CHECK_FAILED', message, {
      ...(where !== undefined && { where }),
      ...(fix !== undefined && { fix }),
      details: { ...details, code: error.code },
      cause: error,
    });
  }
}

export const run: Run = async (context, { args }) => {
  const { terminal, json } = context;
  const { findings, accepted } = await judgedOrFailed(context, args[0]);
  const text = json
    ? JSON.stringify({ findings })
    : findingsText(findings, terminal.look(), accepted);
  terminal.out(text);
  const shut = findings.filter(finding => blocks(finding, accepted));
  // The verdict stands last, where whoever scrolled nothing sees it.
  if (!json)
    terminal.talk(
      shut.length === 0
        ? 'nothing keeps the gate shut'
        : `${count(shut.length, 'finding')} would keep the gate shut: ${tally(shut)}`,
    );
  return shut.length > 0 ? 3 : 0;
};
