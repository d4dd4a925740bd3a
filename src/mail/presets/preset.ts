import { type Mx } from '../../dns/mx.ts';
import { displayName, type Name } from '../../dns/name.ts';

/** What presets may ask an operator for: keys of `to:` beside the name of the preset. */
export type NeedKey = 'mailExchange' | 'region' | 'cluster' | 'spf';

/** Something that nobody can compute: the operator reads it where the provider shows it. */
export interface Need {
  readonly key: NeedKey;
  readonly what: string;
  /** The command or the page that shows it. */
  readonly shownBy: string;
  readonly example: string;
  /** Of the whole value, in lower case. */
  readonly pattern: RegExp;
}

/** A record as a preset writes it; the name is relative to the domain. */
export interface PresetRecord {
  readonly name: string;
  readonly type: 'CNAME' | 'TXT' | 'SRV';
  readonly value: string;
}

/** What a domain needs at a provider. */
export interface Generated {
  /** `10 mx.example.net`, each with its documented preference. */
  readonly mx: readonly string[];
  /** The mechanism that lets it send for the domain; null where it never sends with that. */
  readonly spf: string | null;
  /** Selectors whose records can be derived from the domain alone. */
  readonly dkim: readonly PresetRecord[];
  readonly autodiscover: readonly PresetRecord[];
}

/** One way in which a provider takes mail for a domain. */
export interface Preset {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly name: string;
  /**
   * Those of one platform know each domain once: it cannot be at two of their customers at the same time.
   * Null: every host of that kind is a world of its own.
   */
  readonly platform: string | null;
  readonly kind: 'mailboxes' | 'gateway' | 'forwarder' | 'receiver';
  /** Pages that the records were compared with. */
  readonly source: readonly string[];
  /** The day of which those pages were. */
  readonly validatedOn: string;
  readonly needs: readonly Need[];
  /** DKIM selectors that it signs with by default. */
  readonly selectors: readonly string[];
  /** Where the operator finds the DKIM records that cannot be derived; null: there are none. */
  readonly dkimShownBy: string | null;
  /** Is this host one of its own? */
  readonly owns: (host: Name, domain: Name) => boolean;
  /** What the name of a host of its own tells of what it needs; absent: nothing. */
  readonly infer?: (host: Name) => Readonly<Record<string, string>>;
  /** Null: only recognised, as what is moved away from. */
  readonly generate: ((domain: Name, inputs: Readonly<Record<string, string>>) => Generated) | null;
  /** What its documentation says against this set, a sentence each. */
  readonly oddities: (set: readonly Mx[], domain: Name) => readonly string[];
  /** What whoever moves to or from it should know. */
  readonly notes: readonly string[];
}

export const noOddities = (): readonly string[] => [];

/** A test for hosts of these names, without their final dot. */
export const oneOfHosts =
  (...hosts: readonly string[]) =>
  (host: Name): boolean =>
    hosts.includes(displayName(host));

/** A test for hosts whose name is of this form, without its final dot. */
export const hostsLike =
  (pattern: RegExp) =>
  (host: Name): boolean =>
    pattern.test(displayName(host));

/** What a pattern with one group finds in the name of a host. */
export const inferred =
  (key: NeedKey, pattern: RegExp) =>
  (host: Name): Readonly<Record<string, string>> => {
    const [, value] = pattern.exec(displayName(host)) ?? [];
    return value === undefined ? {} : { [key]: value };
  };

export const cname = (name: string, value: string): PresetRecord => ({
  name,
  type: 'CNAME',
  value,
});
