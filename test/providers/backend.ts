import { type Name, parseName } from '../../src/dns/name.ts';
import { type HostedRRset, type Key, keyOf, type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Fault, isFault } from '../../src/errors.ts';
import { type Provider } from '../../src/provider.ts';

/** What the suite plays with: a fresh provider, and what somebody else can do to its zone. */
export interface Opened {
  readonly provider: Provider;
  readonly zone: Name;
  /** Writes past the provider: another person's edit. Null deletes. */
  edit(key: Key, after: RRset | null): Promise<void>;
  /** Every RRset of the zone but the SOA and what signing adds, in a fixed order. */
  dump(): Promise<readonly string[]>;
  /** How many writes took effect since it was opened, whoever made them. */
  writes(): Promise<number>;
  /** Makes the next requests fail in one of the ways that the real thing has. */
  readonly trouble?: Partial<Record<Trouble, () => Promise<void>>>;
  /** Texts that must never show: secrets in every form. */
  readonly secrets?: readonly string[];
  /** Makes the provider answer `synced` with no for a while. */
  readonly slow?: () => Promise<void>;
  /** Two zones, one within the other, and a name in each; or two zones of one name. */
  readonly nested?: { readonly outer: Name; readonly inner: Name };
  readonly twins?: () => Promise<Provider>;
  /** Fills the zone until a listing has three pages. */
  readonly pages?: () => Promise<void>;
  close(): Promise<void>;
}

export type Trouble =
  | 'unauthorized'
  | 'rate limited'
  | 'server error'
  | 'reset'
  | 'malformed body'
  | 'silent';

export interface Backend {
  open(): Promise<Opened>;
}

/** Plays one scene with a fresh zone. */
export type Play = (scene: (opened: Opened) => Promise<void>) => Promise<void>;

export const never = (): AbortSignal => new AbortController().signal;
/** The Fault that it ends with; anything else is a failure of the test. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  try {
    const value = await promise;
    throw new Error(`no fault, but ${JSON.stringify(value)}`);
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
}

/** A set as it goes into `write`: what a provider keeps besides is not known yet. */
export const fresh = (set: RRset): HostedRRset => ({ rrset: set, extras: null, token: null });

/** Short hands that make the cases read as DNS. */
export function verbs({ provider, zone }: Opened) {
  const at = (label: string): Name => (label === '@' ? zone : parseName(`${label}.${zone}`));
  const set = (label: string, type: string, of: { ttl: number; rdata: readonly string[] }): RRset =>
    rrset({ name: at(label), type, ...of });
  const mx = (label: string, ttl: number, ...rdata: readonly string[]): RRset =>
    set(label, 'MX', { ttl, rdata });
  const read = async (key: Key): Promise<HostedRRset | null> => provider.read(keyOf(key), never());
  /** Swaps what is there for something else, as a cutover does: read, then write. */
  const put = async (to: RRset) =>
    provider.write([{ from: await read(to), to: fresh(to) }], never());
  const remove = async (key: Key) => provider.write([{ from: await read(key), to: null }], never());
  return { at, set, mx, read, put, remove };
}
