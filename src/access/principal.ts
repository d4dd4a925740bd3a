/** What a caller may do; each may also do what those before it may. */
export const ranks = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Rank = (typeof ranks)[number];

/** An agent hands in what it sees of mail hosts from another place, and may do nothing else. */
export type Role = Rank | 'agent';

/** Who speaks, as a token, a session or a share link says. */
export interface Principal {
  /** Of the token or session; never its secret. */
  readonly id: string;
  /** `share`: a session that a share link was exchanged for. */
  readonly kind: 'token' | 'session' | 'share';
  /**
   * The token that stands behind it; the same as `id` for a token. Revoking it ends all of them. Null for
   * whoever acts on this machine.
   */
  readonly token: string | null;
  /** For the journal. */
  readonly name: string;
  readonly role: Role;
  /** The only cutovers it may see or act on, by id or, for all of a domain, by domain; null: all. */
  readonly cutovers: readonly string[] | null;
  readonly expiresAt: number;
}

/** Whether the role includes what this rank may do. */
export const mayAs = (role: Role, needed: Rank): boolean =>
  role !== 'agent' && ranks.indexOf(role) >= ranks.indexOf(needed);

/** Whether a principal may see or act on this cutover, by its id, or on all of this domain, at all. */
export const covers = ({ cutovers }: Pick<Principal, 'cutovers'>, id: string): boolean =>
  cutovers === null || cutovers.includes(id) || cutovers.includes(id.replace(/\.\d+$/, ''));
