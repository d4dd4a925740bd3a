import { type Reception } from '../../mail/probe.ts';
import { type DialogueView, type ProbeGround, probeView, type ProbeVerdict } from './probe.ts';
import { hang, type Look, shown, symbolsOf } from '../table.ts';

type Mark = 'done' | 'fail' | 'unknown' | 'warn';

const marks: Readonly<Record<ProbeVerdict, Mark>> = {
  ready: 'done',
  'not-ready': 'fail',
  'cannot-tell': 'unknown',
};

const markOf = (reception: Reception): Mark => {
  if (reception === 'accepts' || reception === 'unknown-recipient') return 'done';
  const fails: readonly Reception[] = [
    ...(['not-provisioned', 'no-licence', 'wrong-region', 'greeting-refuses'] as const),
    ...(['refuses', 'loops', 'closed', 'silent'] as const),
  ];
  return fails.includes(reception) ? 'fail' : 'unknown';
};

const place = ({ address, port, role }: DialogueView): string => {
  const where = address.includes(':')
    ? `[${address}]:${String(port)}`
    : `${address}:${String(port)}`;
  return role === 'new' ? where : `${where}, ${role === 'old' ? 'old host' : 'witness'}`;
};

/** The dialogue as it went, what was asked before what came back. */
function dialogueLines(one: DialogueView): readonly string[] {
  const { tls, recipients, message } = one;
  const { certificate } = tls;
  return [
    ...(one.banner === null ? [] : [`greeting: ${one.banner}`]),
    ...(one.ehlo === null ? [] : [`EHLO: ${one.ehlo}`]),
    ...(tls.state === 'unknown' ? [] : [`STARTTLS: it ${tls.summary}`]),
    ...(certificate === null
      ? []
      : [
          `certificate: ${certificate.names.slice(0, 5).join(', ') || 'no name'}, of ${certificate.issuer}, until ${certificate.notAfter}${certificate.distrust === null ? '' : `; ${certificate.distrust}`}`,
        ]),
    ...(one.discarded === 0
      ? []
      : [
          `${String(one.discarded)} octets that came before the handshake unasked were thrown away`,
        ]),
    ...recipients.map(({ address, rcptTo, mailFrom }) =>
      rcptTo === null
        ? `MAIL FROM:<>: ${mailFrom ?? 'no answer'}`
        : `RCPT TO:<${address}>: ${rcptTo}`,
    ),
    ...(message === null ? [] : [`test message: ${message}`]),
    ...(one.detail === '' ? [] : [one.detail]),
    ...(one.again === null ? [] : [`to be asked again after ${one.again}`]),
  ];
}

/** The verdict first, then each address with its dialogue, then what could not be asked. */
export function probeText(ground: ProbeGround, look: Look): string {
  const view = probeView(ground);
  const symbols = symbolsOf(look);
  const line = (label: string, text: string): readonly string[] =>
    hang(label, shown(text, look), look.width);
  return [
    ...line(`${symbols[marks[view.verdict]]} `, view.summary),
    ...view.dialogues.flatMap(one => [
      ...line(`  ${symbols[markOf(one.reception)]} `, `${one.summary} (${place(one)})`),
      ...dialogueLines(one).flatMap(text => line('      ', text)),
      ...(one.remedy === null || one.role === 'witness'
        ? []
        : line(`      ${symbols.arrow} `, one.remedy)),
    ]),
    ...view.unresolved.flatMap(({ host, why }) =>
      line(`  ${symbols.unknown} `, `${host} was not asked: ${why}`),
    ),
  ].join('\n');
}
