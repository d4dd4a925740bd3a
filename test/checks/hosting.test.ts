import { describe, expect, it } from 'vitest';
import { hostingFindings } from '../../src/checks/hosting.ts';
import { type Delegation } from '../../src/cutover/survey.ts';
import { parseName } from '../../src/dns/name.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Hosting, type Provider } from '../../src/provider.ts';
import { capabilities, plan, surveyAt } from './example.ts';

const given: readonly string[] = surveyAt(0).delegation.parentNameServers;
const usual: Hosting = {
  ...{ id: 'Z1', account: 'kim@example.org', excessRights: [], remarks: [] },
  nameServers: given.map(name => parseName(name)),
};

const never = async (): Promise<never> => {
  throw new Fault('BUG', 'only the hosting is asked for here');
};

const silent: Provider = {
  ...{ name: 'cloud', capabilities, zone: never, read: never, write: never },
  ...{ synced: never, writable: never },
};

function providerThat(answer: Hosting | Fault): Provider {
  return {
    ...silent,
    hosting: async () => {
      if (answer instanceof Fault) throw answer;
      return answer;
    },
  };
}

const asked = (answer: Hosting | Fault, delegation: Partial<Delegation> = {}) =>
  hostingFindings({
    ...{ plan, provider: providerThat(answer), signal: new AbortController().signal },
    delegation: { ...surveyAt(0).delegation, ...delegation },
  });

const said = async (...of: Parameters<typeof asked>): Promise<readonly string[]> =>
  (await asked(...of)).map(({ id, severity, status }) => `${id} ${severity} ${status}`);

const fine = [
  'provider-credentials blocker pass',
  'provider-name-servers blocker pass',
  'provider-excess-rights warning pass',
  'provider-zone-state warning pass',
];

describe('what a provider tells about the zone', () => {
  it('passes when the world is sent to its servers and nothing is odd', async () => {
    expect(await said(usual)).toEqual(fine);
    // A delegation may leave servers out; it must not name others.
    const more = [...usual.nameServers, parseName('ns9.example.net')];
    expect(await said({ ...usual, nameServers: more })).toEqual(fine);
    const [credentials] = await asked(usual);
    expect(credentials?.summary).toContain('kim@example.org');
    expect(credentials?.observed).toBe('zone Z1, account kim@example.org');
  });

  it('stops where the world asks others, all of it or some of it', async () => {
    const none = await asked({ ...usual, nameServers: [parseName('ns9.example.net')] });
    expect(none[1]).toMatchObject({ status: 'fail' });
    expect(none[1]?.remedy).toContain('zone id');
    const some = await asked({ ...usual, nameServers: usual.nameServers.slice(1) });
    expect(some[1]).toMatchObject({ status: 'fail' });
    expect(some[1]?.summary).toContain(`Some of the world asks ${given[0]!}`);
    expect((await asked(usual, { parentNameServers: [] }))[1]).toMatchObject({ status: 'fail' });
    const configured = await asked(usual, { source: 'configured', parentNameServers: [] });
    expect(configured[1]).toMatchObject({ status: 'skipped' });
  });

  it('warns of rights that nobody needs, and passes on what the provider remarks', async () => {
    const remark = {
      ...{ severity: 'blocker' as const, subject: 'example.org. MX' },
      ...{ summary: 'The MX is protected.', remedy: 'Remove the protection.' },
    };
    const told = { ...usual, excessRights: ['zone:delete'], remarks: [remark] };
    const findings = await asked(told);
    expect(findings[2]).toMatchObject({ status: 'warn', observed: 'zone:delete' });
    expect(findings[2]?.remedy).toContain('docs/providers');
    expect(findings[3]).toMatchObject({ status: 'fail', ...remark });
    expect((await asked({ ...usual, excessRights: null }))[2]).toMatchObject({ status: 'skipped' });
  });

  it('says so when the credentials are refused, and when nobody answers', async () => {
    const refusal = new Fault('UNAUTHORIZED', 'the token has expired', { fix: 'Renew it.' });
    expect(await said(refusal)).toEqual(['provider-credentials blocker fail']);
    expect((await asked(refusal))[0]).toMatchObject({ remedy: 'Renew it.' });
    const silence = new Fault('UNAVAILABLE', 'no answer');
    expect(await said(silence)).toEqual(['provider-credentials blocker could-not-test']);
    await expect(asked(new Fault('ABORTED', 'given up'))).rejects.toSatisfy(error =>
      isFault(error, 'ABORTED'),
    );
  });

  it('says nothing of a provider that tells nothing', async () => {
    const { delegation } = surveyAt(0);
    const signal = new AbortController().signal;
    expect(await hostingFindings({ plan, provider: silent, delegation, signal })).toEqual([]);
  });
});
