import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/checks/checks.ts';
import { helpChecks } from '../../src/commands/help-checks.ts';

/** What must hold before an MX moves: every check by its family, with its severity unless it says otherwise. */
const demanded: Readonly<Record<string, Readonly<Record<string, 'blocker' | 'warning' | 'info'>>>> =
  {
    authority: {
      'zone-resolves': 'blocker',
      'provider-is-authoritative': 'blocker',
      'delegation-in-transition': 'blocker',
      'auth-servers-all-answer': 'blocker',
      'auth-mx-consistent': 'blocker',
      'auth-serial-consistent': 'warning',
      'secondary-lag-bound': 'warning',
      'dnssec-valid': 'blocker',
      'ns-host-shutdown-planned': 'warning',
    },
    state: {
      'snapshot-complete': 'blocker',
      'old-set-as-expected': 'blocker',
      'mx-is-explicit': 'warning',
      'mx-owner-not-cname': 'blocker',
      'null-mx-alone': 'blocker',
      'wildcard-and-subdomain-mx': 'warning',
      'other-domains-on-old-host': 'warning',
      'ttl-observed': 'info',
      'ttl-history-unknown': 'blocker',
      'ttl-provider-minimum': 'warning',
      'ttl-drained': 'blocker',
      'provider-write-dry-run': 'blocker',
      'atomic-replace-available': 'warning',
      'concurrent-run-lock': 'blocker',
    },
    hosts: {
      'new-mx-resolves': 'blocker',
      'new-mx-not-cname': 'blocker',
      'new-mx-not-ip-or-private': 'blocker',
      'new-mx-address-ttl': 'info',
      'new-mx-ipv6-works': 'warning',
      'new-set-shape': 'warning',
      'old-and-new-mixed': 'blocker',
      'target-name-is-current': 'blocker',
    },
    smtp: {
      'probe-egress-25': 'warning',
      'smtp-port-open': 'blocker',
      'smtp-banner': 'blocker',
      'smtp-starttls': 'warning',
      'smtp-cert': 'warning',
      'smtp-domain-accepted': 'blocker',
      'smtp-recipients-exist': 'warning',
      'smtp-postmaster': 'warning',
      'smtp-unknown-rejected': 'info',
      'old-mx-still-accepts': 'warning',
    },
    policy: {
      'mta-sts-covers-new': 'blocker',
      'mta-sts-id-settled': 'blocker',
      'mta-sts-wildcard-depth': 'warning',
      'mta-sts-host-owner': 'warning',
      'dane-tlsa-new': 'blocker',
      'tlsrpt-present': 'info',
    },
    authentication: {
      'spf-includes-new': 'blocker',
      'spf-single-and-limit': 'warning',
      'spf-mx-mechanism': 'warning',
      'dkim-new-selectors': 'warning',
      'dkim-old-kept': 'warning',
      'autodiscover-plan': 'info',
    },
    people: {
      'window-long-enough': 'blocker',
      'clock-sync': 'blocker',
      'rollback-rehearsed': 'warning',
      'old-host-contact': 'info',
      'freeze-calendar': 'warning',
    },
  };

const rows = Object.entries(demanded).flatMap(([family, checks]) =>
  Object.entries(checks).map(([id, severity]) => ({ id, severity, family })),
);

const here = join(import.meta.dirname, '..');
const self = 'checks/catalogue.test.ts';

/** The tests that may make a check pass and fail, each with its text. */
const texts = ['checks', 'realnet', 'smtp', 'probe', 'mail', 'web', 'commands']
  .flatMap(room => {
    const names = readdirSync(here, { recursive: true, encoding: 'utf8' });
    return names.filter(name => name.startsWith(`${room}/`) && name.endsWith('.test.ts'));
  })
  .filter(name => name !== self)
  .map(name => ({ name, text: readFileSync(join(here, name), 'utf8') }));

const naming = (id: string) => texts.filter(({ text }) => new RegExp(`\\b${id}\\b`).test(text));

it('holds 58 rows', () => {
  expect(rows).toHaveLength(58);
});

describe.each(rows)('$id', ({ id, severity, family }) => {
  it('is in the catalogue, with its family and its severity', () => {
    expect(catalogue.filter(check => check.id === id)).toMatchObject([{ id, family, severity }]);
  });

  it('has tests that make it pass and that make it fail or warn', () => {
    const found = naming(id);
    const all = found.map(({ text }) => text).join('\n');
    expect(
      found.map(({ name }) => name),
      `tests that name ${id}`,
    ).not.toEqual([]);
    expect(all).toMatch(/\bpass\b/);
    expect(all).toMatch(/\b(?:fail|warn)\b/);
  });
});

it('every check of the catalogue is told by help, under its family, and named by a test', () => {
  const help = helpChecks();
  for (const { id, severity } of catalogue) {
    expect(help).toMatch(new RegExp(`^  ${id} +${severity} `, 'm'));
    expect(naming(id), id).not.toEqual([]);
  }
  for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
});

/** Their verdicts rest on what servers say, so servers must have said it. */
const talking = rows.filter(
  ({ id, family }) => family === 'smtp' || id.startsWith('mta-sts-') || id.startsWith('dane-'),
);

it.each(talking.map(({ id }) => id))('%s is tested against real servers', id => {
  const real = naming(id).filter(({ name }) => name.startsWith('realnet/'));
  expect(real.map(({ name }) => name)).not.toEqual([]);
});
