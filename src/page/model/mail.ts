import { type Status } from '../../view/status/status.ts';
import { closedWith } from './old-hosts.ts';
import { looks, type Look } from './shape.ts';

/** One line of the mail path: what it is about, how it stands, and what was seen. */
export interface MailLine extends Look {
  readonly what: string;
  readonly is: string;
  readonly detail: string;
}

type Mail = NonNullable<Status['mail']>;
type HostIs = Mail['vantages'][number]['hosts'][number]['is'];

const hostLooks: Readonly<Record<HostIs, Look & { readonly is: string }>> = {
  accepts: { ...looks.well, is: 'accepts mail' },
  greylists: { ...looks.well, is: 'accepts after a while (greylisting)' },
  defers: { ...looks.heed, is: 'defers mail' },
  partly: { shape: 'mixed', tone: 'mixed', is: 'accepts a part of it' },
  refuses: { ...looks.wrong, is: 'refuses mail' },
  bounces: { ...looks.wrong, is: 'bounces mail' },
  down: { ...looks.wrong, is: 'cannot be reached' },
  'cannot-tell': { ...looks.cannotTell, is: 'cannot be judged' },
};

/** The old hosts that are proven to be closed, once each: it does not matter any more who saw them last. */
const closedLines = (status: Status): readonly MailLine[] =>
  (status.oldHost?.hosts ?? []).flatMap(what => {
    const detail = closedWith(status, what);
    if (detail === null) return [];
    return [{ ...looks.well, what, is: 'refuses mail, as it should', detail }];
  });

/** The hosts that are to get mail, or those that got it, as each place saw them last. */
export function hostLines(status: Status, role: 'new' | 'old'): readonly MailLine[] {
  const vantages = status.mail?.vantages ?? [];
  const closed = role === 'old' ? closedLines(status) : [];
  const seen = vantages.flatMap(({ name, hosts, blind }) =>
    hosts
      .filter(one => one.role === role && closed.every(({ what }) => what !== one.host))
      .map(({ host, is, said }): MailLine => {
        const place = vantages.length > 1 ? `seen from ${name}` : '';
        const port = blind ? 'port 25 does not get out of this place' : '';
        const detail = [said, place, port].filter(text => text !== '').join('; ');
        return { ...hostLooks[is], what: host, detail };
      }),
  );
  return [...closed, ...seen];
}

type Checked = Status['checked'][number];

/** Of findings: what each is called where it stands in a line of its own. */
export const checkLooks: Readonly<Record<Checked['status'], Look & { readonly is: string }>> = {
  pass: { ...looks.well, is: 'passed' },
  warn: { ...looks.heed, is: 'warning' },
  fail: { ...looks.wrong, is: 'failed' },
  'could-not-test': { ...looks.cannotTell, is: 'not tested' },
  skipped: { ...looks.idle, is: 'not in use' },
};

/** What the checks found of mail records at the last gate, and the policy as it is served now. */
export function recordLines({ checked, mail }: Status): readonly MailLine[] {
  const breaks = mail?.vantages.some(({ sts }) => sts === 'breaks') === true;
  return checked
    .filter(({ family }) => family !== 'serial')
    .map(({ family, status, summary }): MailLine => {
      if (family === 'MTA-STS' && breaks)
        return {
          ...looks.wrong,
          ...{ what: family, is: 'shuts the new host out' },
          detail: 'the policy that is served does not allow it',
        };
      return { ...checkLooks[status], what: family, detail: summary };
    });
}

type Server = NonNullable<Status['propagation']>['servers'][number];

const serverLooks: Readonly<Record<Server['is'], Look & { readonly is: string }>> = {
  there: { ...looks.well, is: 'agrees' },
  behind: { shape: 'old', tone: 'old', is: 'still older' },
  other: { shape: 'other', tone: 'bad', is: 'something else' },
  unsigned: { ...looks.wrong, is: 'not signed' },
  bogus: { ...looks.wrong, is: 'does not validate' },
  silent: { ...looks.cannotTell, is: 'silent' },
  lacking: { ...looks.idle, is: 'not reachable from here' },
};

/** Every authoritative address. */
export const serverLines = ({ propagation }: Status): readonly MailLine[] =>
  (propagation?.servers ?? []).map(({ server, is, detail }) => ({
    ...{ ...serverLooks[is], what: server, detail },
  }));

/** `2 of 2 authoritative addresses agree`, and the serial where it was looked at. */
export function agreementText({ propagation, checked }: Status): string | null {
  if (propagation === null) return null;
  const serial = checked.find(({ family }) => family === 'serial');
  const last = serial === undefined ? '' : ` · ${serial.summary}`;
  const { there, total } = propagation;
  const verb = total === 1 ? 'agrees' : 'agree';
  return `${there} of ${total} authoritative address${total === 1 ? '' : 'es'} ${verb}${last}`;
}

/** The share of test recipients that were accepted, from the place of the controller. */
export function acceptedText({ mail }: Status): string | null {
  const own = mail?.vantages.find(one => one.own) ?? mail?.vantages[0];
  if (own?.accepted == null) return null;
  const { of, number } = own.accepted;
  return `${number} of ${of} test recipient${of === 1 ? '' : 's'} accepted`;
}
