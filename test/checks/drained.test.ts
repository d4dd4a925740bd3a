import { type CheckInput } from '../../src/checks/input.ts';
import { type Proof } from '../../src/cutover/drain.ts';
import { healthy, withSurvey } from './example.ts';
import { table } from './table.ts';

const proof = (leftMs: number): Proof => ({
  ...{ holds: leftMs === 0, leftMs, until: Date.parse('2026-12-05T06:00:00Z') },
  terms: [{ why: 'the longest TTL seen (3600 s) and 300 s margin since …', until: 0, leftMs }],
});

const at = (place: number, drain: NonNullable<CheckInput['drain']>): CheckInput => ({
  ...healthy(place),
  drain,
});

table('ttl-drained', [
  { when: 'nothing is started', input: healthy(), says: ['skipped example.org'] },
  {
    when: 'the TTL is not lowered yet',
    input: at(0, { proof: null, proven: false }),
    says: ['skipped example.org'],
  },
  {
    when: 'no round has shown the low TTL everywhere',
    input: at(1, { proof: null, proven: false }),
    says: ['fail example.org'],
    words: ['three rounds in a row'],
  },
  {
    when: 'copies are left',
    input: at(1, { proof: proof(60_500), proven: false }),
    says: ['fail example.org'],
    words: ['61 s until copies with the old TTL have died, at 2026-12-05T06:00:00Z.'],
  },
  {
    when: 'it was proven, and a server fell silent since',
    input: at(1, { proof: proof(60_500), proven: true }),
    says: ['warn example.org'],
  },
  {
    when: 'all copies have died',
    input: at(1, { proof: proof(0), proven: true }),
    says: ['pass example.org'],
    words: ['the longest TTL seen (3600 s)'],
  },
  {
    when: 'the first step is swapped',
    input: at(2, { proof: null, proven: false }),
    says: ['skipped example.org'],
  },
]);

const { delegation } = healthy().survey;
const both = ['mx.old.example.', ...delegation.parentNameServers];
table('ns-host-shutdown-planned', [
  { when: 'the name servers stay', input: healthy(), says: ['pass example.org'] },
  {
    when: 'an old mail host is one of them',
    input: withSurvey({ delegation: { ...delegation, parentNameServers: both } }),
    says: ['warn example.org'],
    words: ['mx.old.example is a name server of example.org as well as an old mail host'],
  },
]);
