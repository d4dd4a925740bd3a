import { expect, it } from 'vitest';
import { reportFindings } from '../../../src/checks/policy/tls-rpt.ts';
import { txtRdata } from '../../../src/mail/txt.ts';
import { policy } from '../example.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const at = '_smtp._tls.example.org TXT';
const record = (text: string): string => `${at} 300 ${txtRdata(text)}`;

async function tlsrpt(lines: readonly string[], severity: 'info' | 'warning'): Promise<string> {
  const own = { ...policy, mail, severity: { 'tlsrpt-present': severity } };
  const plan = mailPlan(['10 mx1.new.example.'], { policy: own });
  const [finding] = await reportFindings(mailInput(plan, { inquire: known(...lines) }));
  return `${finding?.id ?? ''} ${finding?.status ?? ''}: ${finding?.summary ?? ''}`;
}

it.each([
  ['v=TLSRPTv1; rua=mailto:tls@reports.example', 'tlsrpt-present pass: Senders report'],
  ['v=TLSRPTv1; rua=https://reports.example/x', 'tlsrpt-present pass: Senders report'],
  ['v=TLSRPTv1; rua=mailto:tls@example.org', 'tlsrpt-present warn: Reports go to example.org only'],
  ['v=TLSRPTv1; rua=nobody', 'tlsrpt-present warn: Senders pass over'],
  ['v=spf1 -all', 'tlsrpt-present warn: example.org asks for no reports'],
])('%s', async (text, says) => {
  expect(await tlsrpt([record(text)], 'warning')).toContain(says);
});

it('is a fact to know and no fault, unless somebody says that it is one', async () => {
  expect(await tlsrpt([], 'info')).toContain('tlsrpt-present pass');
  expect(await tlsrpt([], 'warning')).toContain('tlsrpt-present warn');
  expect(await tlsrpt([`${at} !`], 'info')).toContain('tlsrpt-present could-not-test');
});
