import { createHash, timingSafeEqual } from 'node:crypto';
import { type Chance } from '../clock.ts';

/** What is handed to somebody: which of our records it means, and the secret that proves it. */
export interface Credential {
  readonly kind: 'token' | 'share' | 'session';
  readonly id: string;
  /** 256 random bits in hexadecimal. */
  readonly secret: string;
}

/** The beginning tells what it is, so that a leaked one is found by those who scan for such. */
const prefixes = { token: 'dnsc', share: 'dnsh', session: 'dnss' } as const;

export const makeCredential = (
  kind: Credential['kind'],
  id: string,
  chance: Chance,
): Credential => ({ kind, id, secret: chance.hex(32) });

export const credentialText = ({ kind, id, secret }: Credential): string =>
  `${prefixes[kind]}_${id}_${secret}`;

const form = /^(dnsc|dnsh|dnss)_([0-9a-f]{16}(?:[0-9a-f]{16})?(?:\.[0-9a-f]{16})?)_([0-9a-f]{64})$/;

/** Null for anything that is none. */
export function readCredential(text: string): Credential | null {
  const [, prefix, id, secret] = form.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const kind = (['token', 'share', 'session'] as const).find(one => prefixes[one] === prefix);
  return kind === undefined ? null : { kind, id, secret };
}

/** For logs: whoever pastes a secret where none belongs must not find it there, also as addresses escape it. */
export const withoutSecrets = (text: string): string =>
  text.replaceAll(/(dns[chs](?:_|%5f)(?:[0-9a-f.]|%2e)*)(?:_|%5f)[0-9a-f]+/gi, '$1_…');

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** What is stored. A secret of 256 random bits cannot be guessed, so no slow hash is needed. */
export const hashOf = ({ secret }: Credential): string => digest(secret).toString('hex');

/** In a time that does not depend on how much is right. */
export function proves({ secret }: Credential, hash: string): boolean {
  const kept = Buffer.from(hash, 'hex');
  const given = digest(secret);
  return kept.length === given.length && timingSafeEqual(kept, given);
}
