import { expect, onTestFinished, test } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { type Order } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { exampleZone } from '../../src/rehearsal/example.ts';
import { smtpConverse } from '../../src/smtp/converse.ts';
import { findingsText } from '../../src/view/findings.ts';
import { planText, planView } from '../../src/view/plan/plan.ts';
import { runbookMarkdown } from '../../src/view/runbook/runbook.ts';
import { never, openSite, order } from '../controller/site.ts';
import { selfSigned } from '../support/certificates.ts';
import { smtpHost, type HostScript } from '../support/smtp-host.ts';
import { look } from '../support/view-plan.ts';

// What strangers say reaches a person, and nothing that it could do besides: banners, replies, certificates,
// TXT records and the body of a policy, all from servers that mean harm.

/** Sets the clipboard, goes back on its line, turns the writing, hides itself; and markup. */
const evil =
  '\u001b]52;c;cm0=\u0007\rx\u202ey\u001b[2J<script>alert(1)</script>[z](javascript:1)`|';
const harmful = /[\p{Cc}\p{Cf}]/u;
const oneMegabyte = 'A'.repeat(1 << 20);
/** The same in a character string of master file form. */
const written = evil
  .replaceAll('\u202e', '')
  .replaceAll(/\p{Cc}/gu, one => `\\${String(one.charCodeAt(0)).padStart(3, '0')}`);

const at = (name: string, type: string, rdata: string) =>
  rrset({ name: parseName(name), type, ttl: 3600, rdata: [rdata] });

/** Everything that a check of this domain finds where its new host answers so. */
async function found(script: HostScript) {
  const host = await smtpHost(script);
  onTestFinished(() => host.stop());
  const sets = [
    ...exampleZone,
    at('mx.newhost.example.org', 'A', host.address),
    at('mail.oldhost.example.org', 'A', host.address),
    at('_mta-sts.example.org', 'TXT', `"v=STSv1; id=${written}"`),
    at('mta-sts.example.org', 'A', '127.0.0.1'),
    at('_dmarc.example.org', 'TXT', `"v=DMARC1; p=${written}"`),
    at('_smtp._tls.example.org', 'TXT', `"v=TLSRPTv1; rua=${written}"`),
    at('selector1._domainkey.example.org', 'TXT', `"v=DKIM1; p=${written}"`),
  ];
  const site = openSite({ sets });
  const asked: Order = {
    ...order,
    steps: order.steps.map(step => ({
      ...step,
      edits: step.edits.map(edit =>
        edit.type === 'MX'
          ? { ...edit, want: { is: 'set' as const, rdata: ['0 mx.newhost.example.org.'] } }
          : edit,
      ),
    })),
    policy: {
      ...order.policy,
      mail: {
        ...{ ask: true, recipients: ['anna@example.org'], port: host.port, allowPrivate: true },
        ...{ every: 1, witnesses: [] },
      },
    },
  };
  const app = makeApp({
    ...site.environment,
    converse: smtpConverse({ clock: systemClock() }),
    fetchPolicy: async ({ address }) => ({
      ...{ is: 'fetched', address, status: 200, contentType: `text/plain; ${evil}` },
      body: `version: STSv1\r\nmode: ${evil}\nmx: ${evil}\n${evil}: ${evil}\nmax_age: ${evil}\n`,
    }),
  });
  const planned = await app.plan(asked, never);
  return { ...planned, host };
}

/** Every text in a value. */
const texts = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(texts)
      : [];

const scripts: Readonly<Record<string, () => HostScript>> = {
  'a greeting': () => ({ greeting: `220 ${evil}\r\n` }),
  'a refusal in the greeting': () => ({ greeting: `554 5.7.1 ${evil}\r\n` }),
  'a greeting of a megabyte': () => ({ greeting: `220 ${oneMegabyte}\r\n` }),
  'its replies': () => ({
    answer: command =>
      command.startsWith('RCPT') ? `550-5.7.64 ${evil}\r\n550 5.7.64 ${evil}\r\n` : null,
  }),
  'replies of a megabyte': () => ({
    answer: command => (command.startsWith('RCPT') ? `550 5.1.1 ${oneMegabyte}\r\n` : null),
  }),
  'its certificate': () => ({ tls: selfSigned(['DNS:xn--evil.example', 'DNS:*.<b>.example']) }),
};

test.each(Object.entries(scripts))('a host means harm by %s', async (what, script) => {
  const { plan, survey, findings, host } = await found(script());
  expect(host.connections()).toBeGreaterThan(0);
  const about = findings.filter(({ id }) => id.startsWith('smtp-'));
  expect(about.length).toBeGreaterThan(4);
  // What goes to the journal and to JSON is clean already, and bounded.
  const all = texts(findings);
  expect(all.filter(text => harmful.test(text))).toEqual([]);
  expect(all.filter(text => text.length > 4000).map(text => text.slice(0, 60))).toEqual([]);
  const now = { wall: 0, up: 0, boot: 'b' };
  const ground = { plan, survey, findings, now };
  const shown = [
    findingsText(findings, look),
    planText(planView(ground), look),
    runbookMarkdown({ ...ground, type: 'rfc2136' }),
  ];
  for (const text of shown) expect(harmful.test(text.replaceAll('\n', ''))).toBe(false);
  // Their words are told all the same: whoever mends it needs them.
  const told = (list: readonly unknown[]) => texts(list).some(text => text.includes('alert(1)'));
  if (what === 'its replies') expect(told(about)).toBe(true);
  expect(told(findings.filter(({ id }) => !id.startsWith('smtp-')))).toBe(true);
});
