import { type Coexistence, type Strategy } from '../cutover/order.ts';
import { type Name, parseName } from '../dns/name.ts';
import { type Path } from './document.ts';
import { attempt, type Reading, refuse } from './reading.ts';
import { type CutoverEntry } from './schema.ts';

interface StrategyInput {
  readonly path: Path;
  readonly entry: CutoverEntry;
  readonly domain: Name;
}

/** How the sets follow each other, and who serves the domain meanwhile; nothing where all is as usual. */
export function readStrategy(
  reading: Reading,
  { path, entry, domain }: StrategyInput,
): { readonly strategy?: Strategy; readonly coexistence?: Coexistence } {
  checkStaged(reading, path, entry);
  const coexistence = readCoexistence(reading, [...path, 'coexistence'], { entry, domain });
  return {
    ...(entry.strategy === 'staged' ? { strategy: 'staged' } : {}),
    ...(coexistence === null ? {} : { coexistence }),
  };
}

/**
 * Between the flips senders go to either side: the worst preference is what spammers aim at, and whenever
 * the best one defers, real mail follows. Where the sides are two mail systems, that splits the mail.
 */
function checkStaged(reading: Reading, path: Path, entry: CutoverEntry): void {
  const { strategy, sameBackend, steps } = entry;
  if (strategy !== 'staged') {
    if (sameBackend !== undefined)
      refuse(reading, [...path, 'sameBackend'], {
        found: 'sameBackend without strategy: staged',
        expected: 'strategy: staged, or no such key',
        fix: 'Remove it: nothing but staged preferences depends on it.',
      });
    return;
  }
  if (sameBackend !== true) {
    refuse(reading, [...path, 'strategy'], {
      found: `strategy: staged ${sameBackend === undefined ? 'without sameBackend' : 'with sameBackend: false'}`,
      expected: 'sameBackend: true',
      message:
        'strategy: staged has old and new hosts in one set, so senders deliver to both: mail for people on one side is stored on the other',
      fix: 'Write sameBackend: true if both ends reach the same mailboxes; else remove strategy: a direct swap does not split the mail.',
    });
    return;
  }
  if (steps !== undefined && steps.length > 1) return;
  refuse(reading, [...path, 'strategy'], {
    found: 'strategy: staged without several steps',
    expected: 'steps: the new hosts join, the preferences flip, the old hosts go',
    fix: 'Write each set as a step of its own, or remove strategy.',
  });
}

function readCoexistence(
  reading: Reading,
  path: Path,
  { entry: { coexistence }, domain }: { readonly entry: CutoverEntry; readonly domain: Name },
): Coexistence | null {
  if (coexistence === undefined) return null;
  const { authoritative, recipientOnOld, recipientOnNew } = coexistence;
  for (const key of ['recipientOnOld', 'recipientOnNew'] as const) {
    const written = coexistence[key];
    const part = written.slice(written.lastIndexOf('@') + 1);
    const at = attempt(reading, { path: [...path, key], expected: 'a mail address' }, () =>
      parseName(part),
    );
    if (at === null || at === domain) continue;
    refuse(reading, [...path, key], {
      expected: `an address at ${part === '' ? 'the domain' : domain.replace(/\.$/, '')}`,
      fix: 'Name somebody whose mail moves: the address tells that both hosts serve the domain.',
    });
  }
  if (recipientOnOld.toLowerCase() === recipientOnNew.toLowerCase())
    refuse(reading, [...path, 'recipientOnNew'], {
      found: 'one address for both sides',
      expected: 'somebody whose mailbox is on the new host already',
      fix: 'Name two people, one on each side.',
    });
  return { authoritative, recipientOnOld, recipientOnNew };
}
