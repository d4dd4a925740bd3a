import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone } from '../../providers/memory/zone.ts';
import { type MailInput } from '../../src/checks/input.ts';
import { makePlan } from '../../src/cutover/build.ts';
import { type MailPolicy, type Order } from '../../src/cutover/order.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { type Inquire, type Inquired } from '../../src/dns/inquiry.ts';
import { parseName } from '../../src/dns/name.ts';
import { keyText, type RRset } from '../../src/dns/rrset.ts';
import { noPolicies } from '../../src/mail/nobody.ts';
import { stillClock } from '../support/clock.ts';
import { nobodyAnswers } from '../support/nobody.ts';
import { line } from '../support/world.ts';
import { capabilities, domain, healthy, order, policy, surveyAt } from './example.ts';

export const mail: MailPolicy = {
  ...{ ask: true, recipients: [], port: 25, allowPrivate: false, every: 60, witnesses: [] },
};

/** A plan that asks mail hosts: from the sets that stand there to one step with this MX. */
export function mailPlan(
  set: readonly string[],
  changes: Partial<Order> = {},
  current: readonly RRset[] = [line('example.org MX 3600 10 mx.old.example.')],
): Plan {
  const edit = { name: domain, type: 'MX', ttl: null, where: 'test:1:1' };
  return makePlan({
    order: {
      ...{ ...order, prepare: [], afterwards: [], policy: { ...policy, mail } },
      steps: [{ name: 'move', edits: [{ ...edit, want: { is: 'set', rdata: set } }] }],
      ...changes,
    },
    zone: domain,
    current: Object.fromEntries(current.map(one => [keyText(one), one])),
    capabilities,
    primaries: [],
  });
}

/** What is known of the names of the world, a line for each RRset; `name type !` for what nobody answers. */
export function known(...lines: readonly string[]): Inquire {
  const mute = new Set(lines.filter(text => text.endsWith(' !')).map(text => text.slice(0, -2)));
  const sets = lines.filter(text => !text.endsWith(' !')).map(line);
  const say = (name: string, type: string, aliases: readonly string[]): Inquired => {
    if (mute.has(`${name.slice(0, -1)} ${type}`))
      return { is: 'unanswered', why: '192.0.2.9 is silent' };
    const at = parseName(name);
    const found = sets.find(set => set.name === name && set.type === type);
    const path = { at, aliases: aliases.map(one => parseName(one)), server: '192.0.2.9' };
    if (found !== undefined) return { is: 'found', rdata: found.rdata, ttl: found.ttl, ...path };
    const alias = sets.find(set => set.name === name && set.type === 'CNAME')?.rdata[0];
    if (alias !== undefined) return say(alias, type, [...aliases, alias]);
    const rcode = sets.some(set => set.name === name) ? 'NOERROR' : 'NXDOMAIN';
    return { is: 'absent', rcode, ...path };
  };
  return async (name, type) => say(name, type, []);
}

/** What the checks of mail look at, when nobody but DNS answers. */
export function mailInput(plan: Plan, changes: Partial<MailInput> = {}): MailInput {
  const zone = memoryZone(domain, []);
  return {
    ...healthy(0, plan),
    ...{ survey: surveyAt(0, plan), step: 0, gate: false },
    provider: memoryProvider({ name: plan.provider, zones: [zone] }),
    ...{
      inquire: known(),
      prove: async () => ({ is: 'unanswered', why: '192.0.2.9 is silent' }),
      converse: nobodyAnswers,
      fetchPolicy: noPolicies,
      probed: async () => null,
    },
    ...{ clock: stillClock(), chance: { float: () => 0.5, hex: bytes => '5a'.repeat(bytes) } },
    signal: new AbortController().signal,
    ...changes,
  };
}
