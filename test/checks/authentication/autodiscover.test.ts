import { describe, expect, it } from 'vitest';
import { policy } from '../example.ts';
import { mail } from '../mail-example.ts';
import { edit, found, type Situation, told } from '../authentication.ts';

const check = async (situation: Situation) => found('autodiscover-plan', situation);

describe('autodiscover-plan', () => {
  it('tells of names that lead to the old side: by neighbour, by address, by SRV, by provider', async () => {
    const alias = [
      'autodiscover.example.org CNAME 300 web.old.example.',
      'web.old.example A 300 198.51.100.1',
    ];
    expect(told(await check({ world: alias }))).toEqual([
      'pass autodiscover.example.org: autodiscover.example.org still points at mx.old.example: fine until mailboxes move, and the plan leaves it.',
    ]);
    const address = ['autoconfig.example.org A 300 192.0.2.10'];
    expect((await check({ world: address }))[0]?.subject).toBe('autoconfig.example.org');
    const service = ['_imaps._tcp.example.org SRV 300 0 1 993 imap.old.example.'];
    expect((await check({ world: service }))[0]?.observed).toContain('imap.old.example');
    const outlook = [
      'example.org MX 300 0 example-org.mail.protection.outlook.com.',
      'autodiscover.example.org CNAME 300 autodiscover.outlook.com.',
      'autodiscover.outlook.com A 300 198.51.100.2',
    ];
    expect((await check({ world: outlook }))[0]?.summary).toContain('autodiscover.outlook.com');
  });

  it('says when the plan moves it', async () => {
    const world = [
      'autodiscover.example.org CNAME 300 web.old.example.',
      'web.old.example A 300 198.51.100.1',
    ];
    const afterwards = [edit('autodiscover.example.org CNAME autodiscover.new.example.')];
    expect((await check({ world, order: { afterwards } }))[0]?.summary).toContain(
      'moves it afterwards',
    );
  });

  it('passes where nothing leads there, and is skipped where there is nothing', async () => {
    const world = [
      'autodiscover.example.org CNAME 300 auto.new.example.',
      'auto.new.example A 300 198.51.100.1',
    ];
    const [elsewhere] = await check({ world });
    expect(elsewhere).toMatchObject({ status: 'pass', severity: 'info' });
    expect(elsewhere?.summary).toContain('does not lead to the old hosts');
    expect(await check({})).toMatchObject([{ status: 'skipped' }]);
    const none = ['_imap._tcp.example.org SRV 300 0 0 0 .'];
    expect((await check({ world: none }))[0]?.status).toBe('pass');
  });

  it('is a warning for whoever raises it, and could not be tested in silence', async () => {
    const order = {
      policy: { ...policy, mail, severity: { 'autodiscover-plan': 'warning' as const } },
    };
    const world = ['autoconfig.example.org A 300 192.0.2.10'];
    expect(await check({ world, order })).toMatchObject([{ status: 'warn' }]);
    expect(await check({ world: ['autoconfig.example.org A !'] })).toMatchObject([
      { status: 'could-not-test' },
    ]);
  });
});
