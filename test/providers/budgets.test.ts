import { expect, it } from 'vitest';
import { openAccounts } from '../../providers/account.ts';
import { cloudflare } from '../../providers/cloudflare/cloudflare.ts';
import { route53 } from '../../providers/route53/route53.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment, realClock } from '../support/provider-environment.ts';
import { never } from './backend.ts';
import { apex, withCloudflare } from './cloudflare-backend.ts';

/** An environment that notes the budgets it was asked for. */
function noting() {
  const ids = new Set<string>();
  const accounts = openAccounts(realClock());
  const environment = providerEnvironment({
    secret: async file => new Secret(Buffer.from(file.repeat(9)), file),
    account: (id, rate) => {
      ids.add(id);
      return accounts(id, rate);
    },
  });
  return { ids, environment };
}

it('is one for two tokens of one Cloudflare user', () =>
  withCloudflare({}, async ({ double }) => {
    const { ids, environment } = noting();
    for (const tokenFile of ['token', 'other']) {
      const settings = { tokenFile, endpoint: double.endpoint };
      const provider = await cloudflare(tokenFile, settings, environment);
      await expect(provider.zone(apex, never())).rejects.toThrow('token');
    }
    expect(double.log).toHaveLength(2);
    expect([...ids]).toEqual(['cloudflare']);
  }));

it('is one for two profiles of one AWS account', async () => {
  const { ids, environment } = noting();
  for (const profile of [undefined, 'mail', 'web'])
    await route53(
      'aws',
      { region: 'us-east-1', ...(profile === undefined ? {} : { profile }) },
      environment,
    );
  expect([...ids]).toEqual(['aws']);
});
