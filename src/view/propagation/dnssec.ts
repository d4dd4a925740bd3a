import { extendedErrorName } from '../../dns/edns.ts';
import { bogusErrors } from '../../propagation/dnssec.ts';
import { attentionOf, type PropagationRow } from './rows.ts';
import { brief } from '../words.ts';

/** What the last answers say of the zone's signatures. AD is a claim of who sets it. */
export interface DnssecSeen {
  readonly validated: number;
  readonly notValidated: number;
  readonly bogus: number;
  /** What the last ones say (RFC 8914), the most common first. */
  readonly errors: readonly {
    readonly code: number;
    readonly name: string;
    readonly text: string;
    readonly resolvers: readonly string[];
  }[];
}

export function dnssecSeen(rows: readonly PropagationRow[]): DnssecSeen {
  const count = (state: PropagationRow['dnssec']) =>
    rows.filter(({ dnssec }) => dnssec === state).length;
  const errors = new Map<string, DnssecSeen['errors'][number]>();
  for (const { id, ede } of rows)
    for (const { code, text } of bogusErrors(ede)) {
      const mark = `${code} ${text}`;
      const { resolvers = [] } = errors.get(mark) ?? {};
      const name = extendedErrorName(code);
      errors.set(mark, { code, name, text, resolvers: [...resolvers, id] });
    }
  return {
    ...{ validated: count('validated'), notValidated: count('not validated') },
    bogus: count('bogus'),
    errors: [...errors.values()].sort((a, b) => b.resolvers.length - a.resolvers.length),
  };
}

const textMost = 100;

/** One sentence without its full stop; null where no answer tells anything of it. */
export function dnssecPhrase(rows: readonly PropagationRow[]): string | null {
  const { validated, notValidated, bogus, errors } = dnssecSeen(rows);
  if (validated + notValidated + bogus === 0) return null;
  if (validated + bogus === 0) return 'no resolver says that it validated the answer';
  const reasons = new Map(
    errors.map(({ code, name, text }) => [
      code,
      `EDE ${code} ${name}${text === '' ? '' : ` (${brief(text, textMost)})`}`,
    ]),
  );
  const why = reasons.size === 0 ? '' : `: ${[...reasons.values()].join(', ')}`;
  return [
    `${validated} validated the answer`,
    ...(notValidated === 0 ? [] : [`${notValidated} did not`]),
    ...(bogus === 0 ? [] : [`${bogus} ${bogus === 1 ? 'calls' : 'call'} it bogus${why}`]),
  ].join(', ');
}

/** Said as soon as somebody finds the signatures wrong; null while nobody does. */
export function bogusNote(rows: readonly PropagationRow[]): string | null {
  const bogus = rows.filter(({ dnssec }) => dnssec === 'bogus');
  if (bogus.length === 0) return null;
  const answering = rows.some(row => {
    const attention = attentionOf(row);
    return row.dnssec !== 'bogus' && (attention === 'new' || attention === 'straggler');
  });
  const who = answering ? 'Those that do not validate answer all the same. ' : '';
  return `DNSSEC: ${bogus.length} of ${rows.length} resolvers ${
    bogus.length === 1 ? 'finds' : 'find'
  } the signatures wrong, so their users reach nothing here. ${who}That is a fault of the signing (signatures, keys, the DS at the parent) and of no old entry: putting the records back does not heal it.`;
}
