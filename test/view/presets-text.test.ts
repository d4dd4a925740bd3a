import { expect, it } from 'vitest';
import { presets } from '../../src/mail/presets/presets.ts';
import { presetsText } from '../../src/view/presets-text.ts';

it('help lists every preset with what it needs, where it was read, and of which day that is', () => {
  const text = presetsText();
  const flat = text.replaceAll(/\s+/g, ' ');
  for (const { id, name, source, validatedOn, needs } of presets) {
    expect(text).toContain(`\n  ${id}  ${name}\n`);
    expect(flat).toContain(`${source.join(', ')}; as of ${validatedOn}`);
    for (const { key, what, shownBy } of needs)
      expect(flat).toContain(`needs ${key}, ${what}; shown by: ${shownBy}`);
  }
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  // The address of a page is never broken: it is to be copied.
  const breakable = text.split('\n').filter(line => !line.includes('https://'));
  for (const line of breakable) expect(line.length, line).toBeLessThanOrEqual(100);
});
