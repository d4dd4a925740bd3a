import { type Mx } from '../../dns/mx.ts';
import { displayName, type Name, ROOT } from '../../dns/name.ts';
import { awsSesIn, forwardemail, improvmx, mailgunIn } from './forwarders.ts';
import { mimecast, proofpointEnterprise, proofpointEssentials } from './gateways.ts';
import { googleWorkspace, googleWorkspaceLegacy } from './google.ts';
import { fastmail, icloud, proton, titan } from './mailboxes.ts';
import { microsoft365, microsoft365Signed } from './microsoft.ts';
import { type Preset } from './preset.ts';
import { cloudflareRouting, cpanel, godaddyWorkspace } from './sources.ts';
import { zoho } from './zoho.ts';

/** Every preset there is, in the order in which they are told. The last one takes any host of the domain's own. */
export const presets: readonly Preset[] = [
  ...[microsoft365, microsoft365Signed, googleWorkspace, googleWorkspaceLegacy],
  ...[fastmail, zoho, proton, icloud, titan],
  ...[mimecast, proofpointEssentials, proofpointEnterprise],
  ...[forwardemail, improvmx, mailgunIn, awsSesIn],
  ...[godaddyWorkspace, cloudflareRouting, cpanel],
];

export const presetById = (id: string): Preset | null =>
  presets.find(preset => preset.id === id) ?? null;

/** Whose host this is; null where nobody is known for it. */
export const presetOfHost = (host: Name, domain: Name): Preset | null =>
  presets.find(preset => preset.owns(host, domain)) ?? null;

/** The hosts that senders try first (RFC 5321 5.1). */
function best(set: readonly Mx[]): readonly Mx[] {
  const lowest = Math.min(...set.map(({ preference }) => preference));
  return set.filter(({ preference }) => preference === lowest);
}

/** Who takes the mail of a domain with this MX: the owner of every host that is tried first; null if unknown. */
export function presetOf(set: readonly Mx[], domain: Name): Preset | null {
  const hosts = best(set).filter(({ exchange }) => exchange !== ROOT);
  const [first] = hosts;
  if (first === undefined) return null;
  const preset = presetOfHost(first.exchange, domain);
  return preset !== null && hosts.every(({ exchange }) => preset.owns(exchange, domain))
    ? preset
    : null;
}

/**
 * The platform behind an MX: where it is the same before and after, the domain moves from customer to
 * customer of one platform, which cannot take its mail for both. Null: unknown, or a host of one's own.
 */
export function platformOf(
  set: readonly Mx[],
  domain: Name,
): { readonly id: string; readonly name: string } | null {
  const preset = presetOf(set, domain);
  return preset?.platform == null ? null : { id: preset.platform, name: preset.name };
}

/** What the provider's documentation says against this set, a sentence each; nothing where nobody is known. */
export const odditiesOf = (set: readonly Mx[], domain: Name): readonly string[] =>
  presetOf(set, domain)?.oddities(
    [...set].sort((one, other) => one.preference - other.preference),
    domain,
  ) ?? [];

/** The mechanism that lets whoever takes mail at these hosts send for the domain; null where it is not known. */
export function mechanismOf(set: readonly Mx[], domain: Name): string | null {
  const preset = presetOf(set, domain);
  const [first] = set;
  if (preset?.generate == null || first === undefined) return null;
  return preset.generate(domain, preset.infer?.(first.exchange) ?? {}).spf;
}

/** A sentence for a move from one set to another; null where neither side is known. */
export function moveText(from: readonly Mx[], to: readonly Mx[], domain: Name): string | null {
  const [old, next] = [presetOf(from, domain), presetOf(to, domain)];
  if (old === null && next === null) return null;
  const name = (preset: Preset | null, set: readonly Mx[]): string =>
    preset?.name ?? set.map(({ exchange }) => displayName(exchange)).join(', ');
  return `From ${name(old, from) || 'no mail host'} to ${name(next, to) || 'no mail host'}.`;
}

/** What whoever makes this move should know of both sides, a sentence each. */
export function moveNotes(from: readonly Mx[], to: readonly Mx[], domain: Name): readonly string[] {
  const [old, next] = [presetOf(from, domain), presetOf(to, domain)];
  const filterGoes =
    old?.kind === 'gateway' && next !== null && next.kind !== 'gateway'
      ? [
          `${old.name} no longer stands in front: hosts that take mail from it alone must be opened for everybody before the swap.`,
        ]
      : [];
  const notes = [...(old?.generate === null ? old.notes : []), ...(next?.notes ?? [])];
  return [...filterGoes, ...new Set(notes)];
}
