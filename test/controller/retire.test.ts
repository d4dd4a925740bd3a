import { expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { control } from '../../src/controller/controller.ts';
import { type Order } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Conversation, type Converse } from '../../src/mail/conversation.ts';
import { noCanary } from '../support/no-canary.ts';
import { line } from '../support/world.ts';
import { domain, never, openSite, order } from './site.ts';

const oldHost = parseName('mail.example.org');
const addresses = ['192.0.2.25', '2001:db8::25'];

const sets = [
  line('example.org MX 3600 10 mail.example.org.'),
  line('example.org A 3600 192.0.2.80'),
  line(`mail.example.org A 3600 ${addresses[0] ?? ''}`),
  line(`mail.example.org AAAA 3600 ${addresses[1] ?? ''}`),
  line('mx.example.org A 3600 192.0.2.26'),
];

const asks: Order = {
  ...order,
  prepare: [],
  steps: [
    {
      name: 'swap',
      edits: [
        {
          ...{ name: domain, type: 'MX', ttl: null, where: 'test:1:1' },
          want: { is: 'set', rdata: ['0 mx.example.org.'] },
        },
      ],
    },
  ],
  policy: {
    ...order.policy,
    ...{ approval: 'none', attest: [] },
    retire: { after: 259_200, old: 'refuses', former: ['anna@example.org'] },
    mail: {
      ...{ ask: true, recipients: [], port: 25, allowPrivate: true, every: 3600, witnesses: [] },
      helo: 'probe.example.net',
    },
  },
};

const said = (code: number) => ({ code, enhanced: null, lines: [''] });

/** Everybody takes everything, but the old host as `old` says. */
const hosts =
  (asked: string[], named: Set<string>, old: () => 'accepts' | 'refused'): Converse =>
  async ({ host, address, port, helo, recipients }) => {
    named.add(helo);
    const refused = host === oldHost && old() === 'refused';
    if (host === oldHost) asked.push(address);
    const base = { host, address, port, at: 0, detail: '', ehlo: null, tls: null, message: null };
    const conversation: Conversation = {
      ...{ ...base, tookMs: 1, end: refused ? 'refused' : 'complete' },
      banner: refused ? null : said(220),
      recipients: refused
        ? []
        : recipients.map(one => ({ ...one, mailFrom: said(250), rcptTo: said(250) })),
    };
    return conversation;
  };

it('asks the old host from its time on, at every address, until it has refused twice', async () => {
  const site = openSite({ sets });
  let old: 'accepts' | 'refused' = 'accepts';
  const asked: string[] = [];
  const named = new Set<string>();
  const environment = { ...site.environment, converse: hosts(asked, named, () => old) };
  const app = makeApp(environment);
  const { plan } = await app.plan(asks, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const state = () => site.backing.cutovers.get(id)!.row.state;
  const by = { name: 'kim' };
  const stop = new AbortController();
  const workplace = { ...environment, watchWorld: async () => undefined, canary: noCanary };
  const doing = control(workplace, id, stop.signal);
  doing.catch(() => undefined);

  await site.until(() => state().stage === 'sweep', 1e8);
  await app.act(id, { type: 'confirm', what: 'mail-swept', reason: null }, by);
  const quiet = asked.length;
  await site.until(() => state().settling['restore-ttl'] === 'done', 1e9);
  expect(asked.length, 'nobody is asked before its time').toBe(quiet);
  await site.until(() => state().retire?.look != null, 1e9);
  expect(state().retire?.look).toMatchObject({ holds: false });
  expect([...new Set(asked.slice(quiet))].sort()).toEqual(addresses.toSorted());
  old = 'refused';
  const ended = await site.finish(doing, 1e9);
  expect(ended.is === 'ended' && ended.cutover.outcome).toBe('done');
  const types = (await app.journal(id)).map(({ line: one }) => one.type);
  expect(types.filter(type => type === 'old-host.asked')).toHaveLength(2);
  expect(state().settling['old-host']).toBe('done');
  expect([...named], 'gate, rounds and old hosts').toEqual(['probe.example.net']);
});
