import { dnssecText } from './dnssec.ts';
import { below, labelled } from '../labelled.ts';
import { type PropagationView, type Status } from './status.ts';
import { symbolsOf, type Look, type Symbols } from '../table.ts';
import { withoutPlace } from '../words.ts';

const standingMarks: Record<PropagationView['servers'][number]['is'], keyof Symbols> = {
  there: 'done',
  behind: 'waiting',
  other: 'fail',
  unsigned: 'fail',
  bogus: 'fail',
  silent: 'unknown',
  lacking: 'skipped',
};

/** The authoritative servers, and what those who validate make of what was written last. */
export function serverLines(status: Status, look: Look): readonly string[] {
  const { propagation, dnssec } = status;
  if (propagation === null) return [];
  const { there, total, servers: list } = propagation;
  return [
    ...labelled(
      'servers',
      `${there} of ${total} authoritative addresses show what was written`,
      look,
    ),
    ...list.flatMap(({ server, is, detail }) =>
      below(
        `${symbolsOf(look)[standingMarks[is]]} ${is}`.padEnd(10),
        `${server}${detail === '' ? '' : `: ${withoutPlace(detail)}`}`,
        look,
      ),
    ),
    ...(dnssec === null ? [] : labelled('DNSSEC', dnssecText(dnssec), look)),
  ];
}
