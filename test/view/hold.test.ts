import { expect, it } from 'vitest';
import { waysOutOf } from '../../src/view/hold.ts';
import { drained, type Story, swapped } from '../support/view-fixture.ts';
import { reasons } from '../support/view-lines.ts';

it.each([
  ['authority-behind', 'auth-mx-consistent'],
  ['signature', 'dnssec-valid'],
] as const)(
  'lets somebody answer for a server once the swap is out, with the whole line to type: %s',
  (why, id) => {
    const accepting = ({ cutover }: Story) =>
      waysOutOf(cutover, reasons[why]).flatMap(({ act, command }) =>
        act === 'accept' ? [command] : [],
      );
    expect(accepting(drained())).toEqual([]);
    expect(accepting(swapped()).join()).toMatch(
      new RegExp(`^dns-cutover approve example\\.org\\.1 --accept '?${id}:ns.* --reason WHY$`),
    );
  },
);
