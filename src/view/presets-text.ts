import { parseName } from '../dns/name.ts';
import { type Preset } from '../mail/presets/preset.ts';
import { presets } from '../mail/presets/presets.ts';
import { wrap } from './table.ts';

const columns = 100;

/** A label and what follows it, wrapped below itself. */
function row(label: string, text: string): readonly string[] {
  const head = `    ${label.padEnd(8)}`;
  return wrap(text, columns - head.length).map(
    (line, index) => `${index === 0 ? head : ' '.repeat(head.length)}${line}`,
  );
}

const example = parseName('example.org');

function madeOf({ generate, needs }: Preset): readonly string[] {
  if (generate === null) return row('', 'recognised as what a domain moves away from');
  const inputs = Object.fromEntries(needs.map(need => [need.key, need.example]));
  const { mx, spf, dkim } = generate(example, inputs);
  return [
    ...row('MX', mx.join(', ')),
    ...(spf === null ? [] : row('SPF', spf)),
    ...(dkim.length === 0 ? [] : row('DKIM', dkim.map(({ name }) => name).join(', '))),
  ];
}

const presetLines = (preset: Preset): readonly string[] => [
  `  ${preset.id}  ${preset.name}`,
  ...madeOf(preset),
  ...preset.needs.flatMap(({ key, what, shownBy }) =>
    row('needs', `${key}, ${what}; shown by: ${shownBy}`),
  ),
  ...(preset.generate === null || preset.dkimShownBy === null
    ? []
    : row('dkim', `shown by: ${preset.dkimShownBy}`)),
  ...preset.notes.flatMap(note => row('note', note)),
  ...row('source', `${preset.source.join(', ')}; as of ${preset.validatedOn}`),
];

/** Every preset: what it makes of example.org, what it asks for, and where that is from. */
export const presetsText = (): string =>
  [
    'Presets: providers by name, in place of records',
    '',
    '  In the configuration: to: { preset: fastmail }, or',
    '    to:',
    '      preset: microsoft365',
    '      mailExchange: example-org.mail.protection.outlook.com',
    '      dkim: { selector1: selector1-example-org._domainkey.contoso.onmicrosoft.com }',
    '  The swap writes the MX; the SPF mechanism and the DKIM records are written before it. spf: names',
    '  another mechanism, or leave. autodiscover: swap moves that as well; it is left by default.',
    '  dns-cutover init DOMAIN --preset NAME --need key=value writes such a file.',
    '',
    ...presets.flatMap(preset => [...presetLines(preset), '']),
  ].join('\n');
