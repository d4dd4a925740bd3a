import { expect, it } from 'vitest';
import { heloFor } from '../../src/mail/helo.ts';

it('takes the name that was chosen, else that of the machine where it can be one in DNS', () => {
  expect(heloFor('probe.example.org', 'web1.example.net')).toBe('probe.example.org');
  expect(heloFor(null, 'web1.example.net')).toBe('web1.example.net');
  expect(heloFor(undefined, 'xn--mller-kva.example')).toBe('xn--mller-kva.example');
});

it.each(['', 'web1', '192.0.2.1', 'web_1.example', 'web1.example.', 'a..example', '-a.example'])(
  'a machine named %j gives its address',
  machine => {
    expect(heloFor(null, machine)).toBe('');
  },
);
