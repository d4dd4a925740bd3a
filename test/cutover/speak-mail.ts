import { type Effect } from '../../src/cutover/effect.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type HostSeen } from '../../src/cutover/mail/round.ts';

type Mail = Extract<
  Line,
  { type: 'mail.judged' | 'mail.observed' | 'mail.advice' | 'mail.advice-over' }
>;

const hostText = ({ host, is }: HostSeen): string => `${host.replace(/\.example\.$/, '')} ${is}`;

/** What lines about mail tell, as an operator would write it into a log. */
export function mailLineText(line: Mail): string {
  switch (line.type) {
    case 'mail.judged': {
      const { vantage, round } = line.data;
      const hosts = [...round.taking, ...round.former].map(hostText).join(', ');
      const more = [
        ...(round.witness ? [] : ['no witness']),
        ...(round.blind ? ['blind'] : []),
        ...(round.sts === 'breaks' ? ['policy breaks'] : []),
      ];
      return `${vantage}: ${[hosts, ...more].join(', ')}`;
    }
    case 'mail.observed': {
      const { what } = line.data;
      if (what.is === 'sent')
        return `${what.token} sent to ${what.to}: ${what.taken ? '' : 'not '}taken by ${what.host.replace(/\.example\.$/, '')} (${what.said})`;
      if (what.is === 'arrived') return `${what.token} arrived, as a person says`;
      const { is, count, seconds } = what;
      return `${String(count)} ${is} in ${String(seconds)} s, as a person says`;
    }
    case 'mail.advice': {
      const { kind, why, because } = line.data;
      return `ADVICE ${kind}${because === null ? '' : ` (${because})`}: ${why}`;
    }
    case 'mail.advice-over':
      return `${line.data.kind} is over`;
  }
}

export const probeText = ({ hosts, everyMs }: Extract<Effect, { do: 'probe' }>): string =>
  `probe ${hosts.map(({ host, role }) => `${role} ${host.replace(/\.example\.$/, '')}`).join(' ')} every ${String(everyMs / 1000)} s`;
