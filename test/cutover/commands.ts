import { type Act, type Confirmation } from '../../src/cutover/event.ts';
import { type Acceptance } from '../../src/cutover/finding.ts';
import { type Settlement } from '../../src/cutover/intent.ts';
import { type ServerAddress } from '../../src/cutover/survey.ts';
import { type Stage } from '../../src/cutover/stage.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { canaryCommand, canaryConflict } from './canary-commands.ts';
import { reach, survey } from './drive.ts';
import { oldHostCommand } from './old-host.ts';
import { mailCommands } from './mail-commands.ts';
import { domain, planOf } from './orders.ts';
import { give, newPlay, pass, round, running, type Play } from './play.ts';
import { addressOf, claimOf, finding, newsOf, type Oddity } from './reports.ts';
import { instantOf, parseDuration, type Words } from './words.ts';

type Command = (play: Play, words: Words) => void;

const acceptances = (text: string | undefined): readonly Acceptance[] =>
  text === undefined
    ? []
    : text.split(',').map(one => {
        const [id = '', subject = null] = one.split(':');
        return { id, subject, reason: 'known' };
      });

const reasonOf = (words: Words): string | null => (words.rest === '' ? null : words.rest);

/** An RRset in a command: `20 mx.foreign.example.`, or `nothing`. */
const rrsetOf = (text: string, like: Pick<RRset, 'name' | 'type'>, ttl = 3600): RRset | null =>
  text === 'nothing'
    ? null
    : rrset({ name: like.name, type: like.type, ttl, rdata: text.split(' | ') });

const start: Command = (play, { options }) => {
  const { policy, order, mxTtl } = play;
  const plan = planOf(order, { policy, mxTtl });
  give(play, {
    type: 'start',
    id: 'example.org.1',
    plan,
    run: 'run-a',
    host: 'admin',
    accept: acceptances(options['accept']),
    takeClaim: options['take-claim'] ?? null,
    reason: null,
  });
};

const surveyCommand: Command = (play, { first, rest, options }) => {
  const claim = options['claim'];
  if (claim !== undefined) survey(play, { claim: claimOf(claim) });
  else if (first === 'finds')
    survey(play, {
      mx: rrsetOf(rest, { name: domain, type: 'MX' }, Number(options['ttl'] ?? 3600)),
    });
  else if (first === 'fail' || first === 'could-not-test')
    survey(play, { findings: [finding(first, rest)] });
  else survey(play);
};

const positionOf = (play: Play, label: string): number => {
  const position = running(play).plan.positions.indexOf(label);
  if (position === -1) throw new Error(`no position is called ${label}`);
  return position;
};

const kinds = ['silent', 'lacking', 'unsigned', 'bogus', 'indeterminate'] as const;

/** `rounds [SERVER silent|lacking|unsigned|bogus|indeterminate|POSITION] [all|SERVER finds RDATA] [xN]` */
const rounds: Command = (play, { words, options }) => {
  const times = Number(words.find(word => /^x\d+$/.test(word))?.slice(1) ?? 1);
  const [server = '', is = '', ...rdata] = words.filter(word => !/^x\d+$/.test(word));
  const servers = server === 'all' ? play.servers : server.split(',');
  const oddity = (one: string): Oddity => {
    if (is === 'finds') {
      const ttl = Number(options['ttl'] ?? 3600);
      const foreign = rrsetOf(rdata.join(' '), { name: domain, type: 'MX' }, ttl);
      return { server: one, is: 'well', foreign };
    }
    const kind = kinds.find(known => known === is);
    if (kind !== undefined) return { server: one, is: kind };
    return { server: one, is: { position: positionOf(play, is) } };
  };
  const oddities = server === '' ? [] : servers.map(oddity);
  for (let index = 0; index < times; index++) {
    if (index > 0) pass(play, 1000);
    round(play, oddities);
  }
};

const settled: Command = (play, { first: intent, words, options }) => {
  const [, is, ...rest] = words;
  const message = rest.join(' ');
  const code = options['code'] ?? 'UNAVAILABLE';
  const settlement = (): Settlement => {
    const receipt = options['receipt'];
    if (is === 'confirmed')
      return { is, ...(receipt !== undefined && { receipt: { id: receipt, data: null } }) };
    if (is === 'not-applied') return { is, code, message, refused: false };
    if (is === 'refused')
      return { is: 'not-applied', code: 'UNAUTHORIZED', message, refused: true };
    if (is !== 'conflict') throw new Error(`an intent cannot end as ${String(is)}`);
    if (intent.startsWith('c')) return canaryConflict(play, message);
    const change = running(play).intent?.changes[0];
    const like = change?.after ?? change?.before ?? { name: domain, type: 'MX' };
    const run = options['claim'];
    const found =
      run === undefined ? rrsetOf(message, like, Number(options['ttl'] ?? 3600)) : claimOf(run);
    const key = `${like.name} ${like.type}`;
    return {
      is,
      differences: [{ key, expected: change?.before ?? null, found, source: 'onprem' }],
    };
  };
  give(play, { type: 'settled', intent, settlement: settlement() });
};

/** Where the delegation leads from now on, and which servers of the world answer. */
function lead(play: Play, servers: readonly string[]): readonly ServerAddress[] {
  play.servers = servers;
  return servers.map(addressOf);
}

/** `checked pass`, `checked fail ID [SUBJECT], warn ID`, `checked pass servers SERVER…` */
const checked: Command = (play, { text }) => {
  const [said = '', servers] = text.split(' servers ');
  const findings = said.split(',').map(one => {
    const [status = '', id = 'auth-servers-all-answer', subject] = one.trim().split(' ');
    if (status !== 'pass' && status !== 'fail' && status !== 'warn' && status !== 'could-not-test')
      throw new Error(`a finding cannot be ${status}`);
    return finding(status, id, subject);
  });
  const found = servers === undefined ? {} : { servers: lead(play, servers.split(' ')) };
  give(play, { type: 'checked', findings, ...found });
};

/** `old-1:waiting:20s`, or `odd-1:other` where nothing explains it. */
const laggardOf = (text: string) => {
  const [resolver = '', cause = '', left] = text.split(':');
  const leftMs = left === undefined ? null : parseDuration(left);
  return { resolver, cause, leftMs, explained: cause !== 'other' };
};

/** `news [begins] [share=0.5|none] [able=0.4] [total=0] [cold=3] [left=ID:CAUSE:TIME,…] [entry=ID:TIME] [forecast=P50,P95,WORST] [distrust=WHY]` */
const news: Command = (play, { first, options }) => {
  const { share, able, total, cold, left, entry, forecast, distrust } = options;
  const [holder = '', holds = '0s'] = entry?.split(':') ?? [];
  const [p50 = 0, p95 = 0, worst = 0] = forecast?.split(',').map(Number) ?? [];
  give(play, {
    type: 'news',
    news: newsOf({
      complete: first !== 'begins',
      ...(share !== undefined && { share: share === 'none' ? null : Number(share) }),
      ...(able !== undefined && { ableToTell: able === 'none' ? null : Number(able) }),
      ...(total !== undefined && { total: Number(total) }),
      ...(cold !== undefined && { cold: Number(cold) }),
      ...(distrust !== undefined && { distrust: { why: distrust, remedy: 'go elsewhere' } }),
      ...(left !== undefined && { left: left.split(',').map(laggardOf) }),
      entry: entry === undefined ? null : { resolver: holder, leftMs: parseDuration(holds) },
      forecast: forecast === undefined ? null : { p50, p95, worst },
    }),
  });
};

const act =
  (event: Act): Command =>
  play => {
    give(play, event);
  };

/** `+1h`, `-90s` */
const signed = (text: string): number =>
  (text.startsWith('-') ? -1 : 1) * parseDuration(text.slice(1));

/** A new process: it owns the cutover, and knows of no wake that it has had. */
const restart: Command = play => {
  play.process += 1;
  play.woken.clear();
  play.shownDue = 'unknown';
  play.identical = 0;
  give(play, { type: 'owned', owner: `process-${String(play.process)}`, fence: play.process });
};

/** The same order once more, from midnight on: one file can show several ways from one place. */
const anew: Command = play => {
  const { policy, order, mxTtl, atomicSets, syncStatus, servers, signed, validated, told } = play;
  const kept = { policy, order, mxTtl, atomicSets, syncStatus, servers, signed, validated, told };
  Object.assign(play, newPlay(), kept);
};

export const commands: Readonly<Record<string, Command>> = {
  start,
  survey: surveyCommand,
  round: rounds,
  rounds,
  anew,
  settled,
  /** `synced RECEIPT`, `synced RECEIPT not` */
  synced: (play, { first, rest }) => {
    give(play, { type: 'synced', receipt: first, synced: rest !== 'not' });
  },
  checked,
  news,
  restart,
  canary: canaryCommand,
  ...mailCommands,
  'old-host': oldHostCommand,
  reach: (play, { first, options }) => {
    play.talkative = false;
    reach(play, first as Stage | 'end', Number(options['step'] ?? 1) - 1);
    play.talkative = true;
  },
  wait: (play, { first, rest }) => {
    pass(play, first === 'until' ? instantOf(rest) - play.wall : parseDuration(first));
  },
  approve: (play, { options }) => {
    const attest = options['attest']?.split(',').map(one => Number(one) - 1) ?? [];
    const accept = acceptances(options['accept']);
    give(play, { type: 'approve', attest, accept, reason: null });
  },
  pause: (play, words) => {
    give(play, { type: 'pause', reason: reasonOf(words) });
  },
  resume: act({ type: 'resume', reason: null }),
  rollback: (play, { options }) => {
    const to = options['to'] === 'snapshot' ? 'snapshot' : 'step';
    give(play, { type: 'rollback', to, reason: null });
  },
  retry: (play, { options }) => {
    const until = options['swap-until'];
    const swapUntil = until === undefined ? null : instantOf(until);
    give(play, { type: 'retry', swapUntil, reason: null });
  },
  'take-claim': (play, { first }) => {
    give(play, { type: 'take-claim', run: first, reason: 'that machine is gone' });
  },
  confirm: (play, { first }) => {
    give(play, { type: 'confirm', what: first as Confirmation, reason: null });
  },
  abandon: act({ type: 'abandon', reason: null }),
  /** Time in which no process is there to be woken. */
  away: (play, { first }) => {
    play.wall += parseDuration(first);
    play.up += parseDuration(first);
  },
  /** `clock=-1h`: how wrong the clock is from then on, against what it showed before. */
  reboot: (play, words) => {
    const downMs = parseDuration(words.first === '' ? '2m' : words.first);
    play.wall += downMs + signed(words.options['clock'] ?? '+0s');
    play.up = 30_000;
    play.boot += 1;
    restart(play, words);
  },
  clock: (play, { first }) => {
    play.wall += signed(first);
    give(play, { type: 'woke' });
  },
  trouble: (play, { first, rest }) => {
    const [code = '', ...message] = rest.split(' ');
    give(play, { type: 'troubled', effect: first, code, message: message.join(' ') });
  },
  recovered: (play, { first }) => {
    give(play, { type: 'recovered', effect: first });
  },
  delegated: (play, { words }) => {
    give(play, { type: 'delegated', servers: lead(play, words) });
  },
  nameservers: (play, { words }) => {
    play.nameServers = words.map(word => `${word}.example.net.`);
  },
};
