import { describe, expect, it } from 'vitest';
import { apply, fold } from '../../src/cutover/apply.ts';
import { chain, genesis, seal, type Actor, type Line } from '../../src/cutover/line.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { newPlay, running } from './play.ts';
import { wordsOf } from './words.ts';

const actor: Actor = { kind: 'controller', name: 'process-1' };
const cutover = 'example.org.1';

function journal(): readonly Line[] {
  const play = newPlay();
  commands['start']!(play, wordsOf(''));
  reach(play, 'end');
  return play.journal;
}

describe('sealed lines', () => {
  const lines = journal();
  const start = { cutover, seq: 0, hash: genesis(cutover), actor, cause: 'start' };
  const sealed = seal(lines, start);

  it('are numbered from one, and each hash follows from the one before', () => {
    expect(sealed.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    let previous = genesis(cutover);
    for (const one of sealed) {
      expect(one.hash).toBe(chain(previous, one));
      expect(JSON.parse(one.text)).toStrictEqual(one.line);
      previous = one.hash;
    }
  });

  it('are the same when they are sealed in two goes', () => {
    const first = seal(lines.slice(0, 5), start);
    const last = first.at(-1)!;
    const rest = seal(lines.slice(5), { ...start, seq: last.seq, hash: last.hash });
    expect([...first, ...rest]).toEqual(sealed);
  });

  it('cannot be changed, moved or given to somebody else without a trace', () => {
    const one = sealed[3]!;
    const previous = sealed[2]!.hash;
    const forged = [
      { ...one, text: one.text.replace('1', '2') },
      { ...one, seq: 5 },
      { ...one, cutover: 'example.net.1' },
      { ...one, cause: 'other' },
      { ...one, actor: { ...actor, name: 'process-2' } },
      { ...one, actor: { ...actor, kind: 'person' as const } },
    ];
    for (const forgery of forged) expect(chain(previous, forgery)).not.toBe(one.hash);
    expect(chain(genesis('example.net.1'), one)).not.toBe(one.hash);
  });
});

describe('the fold', () => {
  it('of a whole journal is the state that `step` led to', () => {
    const play = newPlay();
    commands['start']!(play, wordsOf(''));
    reach(play, 'end');
    expect(fold(play.journal)).toStrictEqual(running(play));
    expect(fold([])).toBeNull();
  });

  it('refuses a journal without a beginning, and a line that nobody wrote', () => {
    const [first, second] = journal();
    expect(() => apply(null, second!)).toThrow('begins with');
    const foreign = { ...second!, type: 'zone.moved' } as unknown as Line;
    expect(() => apply(apply(null, first!), foreign)).toThrow('unknown type zone.moved');
  });
});
