import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Canvas } from '../../src/commands/context.ts';
import { openScreen } from '../../src/commands/screen.ts';

const escape = '\u001b[';
const enter = `${escape}?1049h${escape}?25l`;
const leave = `${escape}?25h${escape}?1049l`;

function canvas(columns = 80, rows = 24) {
  const events = new EventEmitter();
  const written: string[] = [];
  const fake: Canvas = {
    ...{ columns, rows },
    print: text => {
      written.push(text);
    },
    resized: act => {
      events.on('resize', act);
      return () => events.off('resize', act);
    },
  };
  return { fake, written, events };
}

const nothing = () => undefined;

describe('a screen', () => {
  it('takes the terminal and gives it back once', () => {
    const { fake, written, events } = canvas();
    const { signal } = new AbortController();
    const before = process.listenerCount('SIGTSTP') + process.listenerCount('exit');
    const screen = openScreen(fake, { signal, resized: nothing });
    expect(written).toEqual([enter]);
    screen.close();
    screen.close();
    screen.draw(['late']);
    expect(written).toEqual([enter, leave]);
    expect(events.listenerCount('resize')).toBe(0);
    expect(process.listenerCount('SIGTSTP') + process.listenerCount('exit')).toBe(before);
  });

  it('gives it back in the moment of an abort, also of one that came before', () => {
    const stop = new AbortController();
    const { fake, written } = canvas();
    openScreen(fake, { signal: stop.signal, resized: nothing });
    stop.abort();
    expect(written).toEqual([enter, leave]);
    const other = canvas();
    openScreen(other.fake, { signal: stop.signal, resized: nothing });
    expect(other.written).toEqual([enter, leave]);
  });

  it('writes only lines that changed, and takes away those that are gone', () => {
    const { fake, written } = canvas();
    const screen = openScreen(fake, { signal: new AbortController().signal, resized: nothing });
    screen.draw(['a', 'b', 'c']);
    screen.draw(['a', 'b', 'c']);
    screen.draw(['a', 'x']);
    screen.close();
    const row = (number: number, text: string) => `${escape}${number};1H${escape}2K${text}`;
    expect(written.slice(1, -1)).toEqual([
      row(1, 'a') + row(2, 'b') + row(3, 'c'),
      row(2, 'x') + row(3, ''),
    ]);
  });

  it('draws all of it anew when the size changes', () => {
    const { fake, written, events } = canvas();
    let sizes = 0;
    const resized = () => {
      sizes += 1;
      screen.draw(['a']);
    };
    const screen = openScreen(fake, { signal: new AbortController().signal, resized });
    screen.draw(['a']);
    events.emit('resize');
    screen.close();
    expect(sizes).toBe(1);
    const line = `${escape}1;1H${escape}2Ka`;
    expect(written).toEqual([enter, line, `${escape}2J`, line, leave]);
  });

  it('takes a usual size for a terminal that does not know its own', () => {
    const { fake } = canvas(0, 0);
    const screen = openScreen(fake, { signal: new AbortController().signal, resized: nothing });
    expect(screen.size()).toEqual({ width: 80, rows: 24 });
    screen.close();
  });
});
