import { expect, it } from 'vitest';
import { effective } from '../../src/config/effective.ts';
import { cutover, load } from './load.ts';

it('says of each value where it comes from, and of secrets only where they are', async () => {
  const config = await load(
    `${cutover('ttl: { low: 60 }')}webhooks: [{ url: 'https://example.org/', secretFile: w }]\n`,
  );
  const text = JSON.stringify(effective(config)).replaceAll(/\/[^"]*\/(?=c\.yaml|s›)/g, '');
  const shown: unknown = JSON.parse(text);
  expect(shown).toMatchObject({
    file: 'c.yaml',
    providers: {
      onprem: {
        server: { value: '192.0.2.53', from: 'c.yaml:2:36' },
        port: { value: 53, from: 'default' },
        key: { secretFile: { value: '‹set: s›', from: 'c.yaml:2:100' } },
      },
    },
    cutovers: [
      {
        domain: { value: 'example.org', from: 'c.yaml:4:13' },
        ttl: { low: { value: 60, from: 'c.yaml:7:17' }, margin: { value: '5m', from: 'default' } },
        attest: { value: [], from: 'default' },
        claim: { value: 'on', from: 'default' },
      },
    ],
    webhooks: [{ secretFile: { value: '‹set: w›' } }],
    politeness: { total: { value: 20, from: 'default' } },
  });
});
