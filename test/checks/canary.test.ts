import { expect, it } from 'vitest';
import { canaryFindings } from '../../src/checks/canary.ts';
import { canaryKey } from '../../src/cutover/canary.ts';
import { blocks } from '../../src/cutover/finding.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Provider } from '../../src/provider.ts';
import { plan as plain, planWith } from './example.ts';
import { double, type Double } from './write-double.ts';

const watch = { ...plain.policy.watch, resolvers: 'default', canary: true };
const plan = planWith({ watch });
const { signal } = new AbortController();

async function said(of: Double, own: Partial<Provider> = {}, places = {}) {
  const { provider, asked } = double(of);
  const findings = await canaryFindings({
    ...{ plan, places, signal, provider: { ...provider, ...own } },
  });
  expect(findings.some(one => blocks(one, []))).toBe(false);
  expect(findings.every(({ id }) => id === 'canary-writable')).toBe(true);
  return { asked, told: findings.map(({ status, severity }) => `${status} ${severity}`) };
}

it('asks for the very RRset, with the TTL that the provider takes, before the start alone', async () => {
  const { asked, told } = await said({ promises: { minTtl: 600 } });
  expect(told).toEqual(['pass info']);
  expect(asked).toMatchObject([
    [{ from: null, to: { rrset: { name: '*._dns-cutover.example.org.', type: 'TXT', ttl: 600 } } }],
  ]);
  const begun = Object.fromEntries(plan.tracks.map(({ key }) => [key, 1]));
  expect((await said({}, {}, begun)).told).toEqual([]);
});

it('says that it cannot be made, and blocks nothing', async () => {
  const no = new Fault('UNAUTHORIZED', 'no right');
  expect((await said({ answer: () => no })).told).toEqual(['warn info']);
  const silent = new Fault('UNAVAILABLE', 'no answer');
  expect((await said({ read: () => silent })).told).toEqual(['could-not-test info']);
  const there = rrset({ ...canaryKey(plan.domain), ttl: 60, rdata: ['"mine"'] });
  const read = async () => ({ rrset: there, extras: null, token: null });
  const { asked, told } = await said({}, { read });
  expect([asked, told]).toEqual([[], ['warn info']]);
});

it('asks nothing where none is wanted, or nobody is there to be measured', async () => {
  for (const own of [{ canary: false }, { resolvers: 'none' }]) {
    const { provider, asked } = double();
    const quiet = planWith({ watch: { ...watch, ...own } });
    const findings = await canaryFindings({ plan: quiet, places: {}, signal, provider });
    expect([findings, asked]).toEqual([[], []]);
  }
});
