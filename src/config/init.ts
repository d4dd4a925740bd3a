import { displayName, parseName } from '../dns/name.ts';
import { parseRdata } from '../dns/rdata.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Preset } from '../mail/presets/preset.ts';
import { single } from './yaml-scalar.ts';

export interface InitAnswers {
  readonly domain: string;
  /** The name of the entry under providers. */
  readonly provider: string;
  /** The entry below its name: lines of YAML, indented by four. */
  readonly block: string;
  /** The new mail hosts, each with or without its preference, or a provider by name; at least one. */
  readonly to: readonly string[] | PresetAnswer;
  /** The longest TTL served lately, in seconds, if somebody knows it. */
  readonly longestTtl?: number;
}

/** A provider by name, and what the operator said of what cannot be derived. */
export interface PresetAnswer {
  readonly preset: Preset;
  /** By the keys of `to:`; DKIM records as `dkim.<selector>`. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The entry `to:`, indented by four. */
function presetText({ preset, inputs }: PresetAnswer): string {
  const dkim = Object.entries(inputs).filter(([key]) => key.startsWith('dkim.'));
  const rest = Object.entries(inputs).filter(([key]) => !key.startsWith('dkim.'));
  const records = dkim.map(([key, value]) => `${single(key.slice(5))}: ${single(value)}`);
  const missing =
    preset.dkimShownBy === null
      ? []
      : [`      # dkim: { ${preset.selectors[0] ?? 'selector'}: … }   # ${preset.dkimShownBy}`];
  return [
    `    # The provider that the mail moves to: ${preset.name}, as of ${preset.validatedOn} (dns-cutover help presets).`,
    '    # The swap writes its MX; SPF and DKIM records are written before it.',
    '    to:',
    `      preset: ${preset.id}`,
    ...rest.map(([key, value]) => `      ${key}: ${single(value)}`),
    ...(records.length > 0 ? [`      dkim: { ${records.join(', ')} }`] : missing),
  ].join('\n');
}

/** The entry `records:`, indented by four. */
function recordsText(to: readonly string[]): string {
  if (to.length === 0)
    throw new Fault('USAGE', 'no new mail host is named', {
      fix: 'Name each host that shall take the mail with --to.',
    });
  const given = (host: string): boolean => /^\d+\s/.test(host.trim());
  const chosen = to.every(given)
    ? ''
    : '\n    # No preference was given for some host: 10, 20 and so on were chosen; correct them if need be.';
  const hosts = to.map((host, index) => {
    const written = given(host) ? host : `${10 * (index + 1)} ${host}`;
    return single(parseRdata('MX', written).replace(/\.$/, ''));
  });
  return `    # What the swap writes. '@' is the domain itself; set names the whole RRset.${chosen}
    records:
      - { name: '@', type: MX, set: [${hosts.join(', ')}] }
      # - { name: '@', type: TXT, remove: ['v=spf1 mx -all'], add: ['v=spf1 include:spf.new.example -all'] }`;
}

/**
 * A configuration file for one domain, with comments, ready to be edited. It is valid as it stands.
 * @throws Fault USAGE or MALFORMED where an answer is none
 */
export function initText(answers: InitAnswers): string {
  const { domain, provider, block, to, longestTtl } = answers;
  if (longestTtl !== undefined && (longestTtl < 1 || longestTtl > limits.ttlSecondsMax))
    throw new Fault('USAGE', `${longestTtl} is not a TTL that was served`, {
      fix: `Name whole seconds from 1 to ${limits.ttlSecondsMax}, or nothing.`,
    });
  const name = displayName(parseName(domain));
  const moved = 'preset' in to ? presetText(to) : recordsText(to);
  const history =
    longestTtl === undefined
      ? `    #   history: { longest: 86400 }         # the longest TTL served in the last days`
      : `    ttl: { history: { longest: ${longestTtl} } }`;
  return `# yaml-language-server: $schema=./cutover.schema.json
# Editors complete and check this file with that schema: dns-cutover schema > cutover.schema.json
#
# dns-cutover validate    is this file right?
# dns-cutover check ${name}   would it go well, with these credentials? Nothing is written.
# dns-cutover plan ${name}    what would happen, and when? Nothing is written.
# dns-cutover start ${name}   do it.

providers:
  ${provider}:
${block}

cutovers:
  - domain: ${single(name)}
    provider: ${provider}

${moved}

    # What must be there before mail goes to the new host: SPF include, DKIM keys.
    prepare: []

    # TTLs. Somebody may have lowered the TTL by hand an hour ago, and caches would still hold the
    # old one. So a start is blocked until the longest TTL that was served lately is known.
    # ttl:
    #   low: 300                           # while records move
${history}

    # When the swap may happen; without it: as soon as the checks pass and somebody approves.
    # schedule: { swapFrom: 2026-12-05T06:00:00, swapUntil: 2026-12-05T08:00:00, timeZone: Europe/Berlin }

    # What a person must tick before the swap.
    # attest: ['mailboxes are synced', 'staff is told']

    # People whom the new host must accept: without them only postmaster is asked for.
    # checks: { smtp: { recipients: ['somebody@${name}'] } }

    # Who can act on the old host, and who lived there: it must refuse them before it counts as closed.
    # retire: { contact: 'Kim, +49 30 901820', former: ['somebody@${name}'] }
`;
}
