import { expect, it } from 'vitest';
import { runCanary } from '../../src/controller/canary.ts';
import { type Workplace } from '../../src/controller/environment.ts';
import { canaryKey, canaryRRset } from '../../src/cutover/canary.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Report } from '../../src/cutover/event.ts';
import { type Name, parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { type Ask } from '../../src/transport/transport.ts';
import { commands } from '../cutover/commands.ts';
import { reach } from '../cutover/drive.ts';
import { domain } from '../cutover/orders.ts';
import { newPlay, running } from '../cutover/play.ts';
import { settings } from '../cutover/settings.ts';
import { wordsOf } from '../cutover/words.ts';
import { stillClock } from '../support/clock.ts';
import { nsec, set } from '../support/signed-world.ts';

/** A canary that was just created, in a cutover that has still to create a set at this name. */
function measuring(coming: Name | null, signed = true): Cutover {
  const play = newPlay();
  settings['watch']!(play, wordsOf('resolvers=default canary=on'));
  if (signed) settings['signed']!(play, wordsOf(''));
  commands['start']!(play, wordsOf(''));
  reach(play, 'drain');
  commands['settled']!(play, wordsOf('c1 confirmed'));
  const cutover = running(play);
  if (coming === null) return cutover;
  const made = rrset({ name: coming, type: 'TXT', ttl: 300, rdata: ['"v=STSv1; id=1"'] });
  const [first] = cutover.plan.tracks;
  const track = {
    ...first!,
    ...{ key: `${coming} TXT`, name: coming, type: 'TXT' },
    positions: [null, null, made, made],
  };
  return { ...cutover, plan: { ...cutover.plan, tracks: [...cutover.plan.tracks, track] } };
}

/** Servers that answer from the wildcard, with the NSEC from there to this name. */
function serving(cutover: Cutover, next: string): Ask {
  const wild = canaryKey(domain);
  const canary = canaryRRset(cutover, 'first');
  const soa = set(domain, 'SOA', `ns1.${domain} hostmaster.${domain} 7 600 300 86400 300`);
  return async question => {
    const { name, type } = question;
    const parts: { answer: readonly RRset[]; authority?: readonly RRset[] } =
      type === 'SOA'
        ? { answer: [soa] }
        : type === 'NS'
          ? { answer: [set(domain, 'NS', 'ns1.example.net.')] }
          : {
              answer: [{ ...canary, name }],
              authority: name === wild.name ? [] : [nsec(wild.name, next, 'TXT RRSIG NSEC')],
            };
    const query = decodeMessage(encodeQuery({ id: 1, ...question }));
    const bytes = encodeResponse({ query, aa: true, ...parts });
    return { message: decodeMessage(bytes), transport: 'udp', rttMs: 1 };
  };
}

/** What a run tells first, and whether it has asked resolvers. */
async function told(cutover: Cutover, ask: Ask): Promise<{ asked: boolean; why: string }> {
  let asked = false;
  const stop = new AbortController();
  const tells: string[] = [];
  const environment: Partial<Workplace> = {
    ...{ ask, clock: stillClock(), chance: { float: () => 0, hex: () => 'c0ffee' } },
    resolvers: async () => [{ id: 'one' } as never],
    canary: () => ({
      measure: async () => {
        asked = true;
        throw new Error('that is enough');
      },
      follow: () => Promise.reject(new Error('never')),
    }),
  };
  const values = { first: canaryRRset(cutover, 'first'), second: canaryRRset(cutover, 'second') };
  await runCanary({
    environment: environment as Workplace,
    effect: { key: 'canary', do: 'canary', domain, values, resolvers: 'default' },
    ...{ cutover, load: async () => cutover, signal: stop.signal },
    report: async (event: Report) => {
      if (event.type === 'canary' && event.told.is === 'given-up') tells.push(event.told.why);
    },
  }).catch((error: unknown) => tells.push(String(error)));
  return { asked, why: tells.join() };
}

const sts = parseName('_mta-sts.example.org');

it.each<[string, Cutover, string, boolean]>([
  ['whose denial reaches a name that the swap creates', measuring(sts), 'www.example.org.', false],
  ['whose denial ends before it', measuring(sts), '_domainkey.example.org.', true],
  ['where nothing is created', measuring(null), 'www.example.org.', true],
  ['in a zone that nobody signs', measuring(sts, false), 'www.example.org.', true],
])('resolvers are asked for a canary only if nothing gets denied: %s', async (...terms) => {
  const [, cutover, next, asks] = terms;
  const { asked, why } = await told(cutover, serving(cutover, next));
  expect(asked).toBe(asks);
  if (!asks) expect(why).toMatch(/would deny names that are to be created/);
});

it('nobody is asked where no server shows what would be denied', async () => {
  const cutover = measuring(sts);
  const well = serving(cutover, 'www.example.org.');
  const ask: Ask = async (question, at, signal) => {
    const wild = question.type !== 'TXT' || question.name.startsWith('*');
    return well(wild ? question : { ...question, type: 'SOA' }, at, signal).then(reply =>
      wild ? reply : { ...reply, message: { ...reply.message, answer: [] } },
    );
  };
  expect(await told(cutover, ask)).toEqual({
    asked: false,
    why: expect.stringMatching(/no server showed/) as unknown,
  });
});
