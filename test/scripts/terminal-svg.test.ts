import { expect, it } from 'vitest';
import { terminalSvg } from '../../scripts/terminal-svg.ts';

const picture = (output: string) => terminalSvg(output, { title: '$ a <b>', columns: 40 });

it('draws each line, with its colours, and nothing that is markup', () => {
  const svg = picture('\u001b[1mHead\u001b[22m\r\n\r\n  \u001b[32m✔ new\u001b[39m  <x> & y\r\n');
  expect(svg).toContain('<tspan class="bold">Head</tspan></text>');
  expect(svg).toContain('>  <tspan class="green">✔ new</tspan>  &lt;x&gt; &amp; y</text>');
  expect(svg).toContain('<title>$ a &lt;b&gt;</title>');
  expect(svg).not.toContain('\u001b');
  // The title and two lines; an empty one needs no text.
  expect(svg.match(/<text /g)).toHaveLength(3);
});

it('gives every column the same width, whatever the font', () => {
  const lengths = [...picture('12345\n1234567890').matchAll(/textLength="(\d+)"/g)].map(
    ([, length]) => Number(length),
  );
  expect(lengths[1]).toBe((lengths[0] ?? 0) * 2);
});
