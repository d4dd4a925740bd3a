import { describe, expect, it } from 'vitest';
import { credentialText, makeCredential, withoutSecrets } from '../../src/access/credential.ts';
import { type Chance } from '../../src/clock.ts';

const chance: Chance = { float: () => 0.5, hex: bytes => 'c0'.repeat(bytes) };
const id = '0123456789abcdef';

describe('what the log has of a secret that was pasted into an address', () => {
  it.each(['token', 'share', 'session'] as const)('is which %s it was', kind => {
    const of = kind === 'session' ? `${id}.${id}` : id;
    const text = credentialText(makeCredential(kind, of, chance));
    const spellings = [
      text,
      text.toUpperCase(),
      text.replaceAll('_', '%5F').replaceAll('.', '%2E'),
      text.replaceAll('_', '%5f'),
    ];
    for (const one of spellings) {
      const told = withoutSecrets(`/x?next=/${one}&again=${one}`);
      expect(told).not.toMatch(/c0c0/i);
      expect(told.toLowerCase()).toContain(id);
    }
  });

  it('is all that was no secret', () => {
    expect(withoutSecrets('/api/v1/cutovers/dns-cutover.example_1')).toBe(
      '/api/v1/cutovers/dns-cutover.example_1',
    );
  });
});
