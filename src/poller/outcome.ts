import { type Fault, toFault } from '../errors.ts';

/** Why a question was not answered, where that says nothing about the resolver. */
export interface OwnFailure {
  /** What is told once: the address family, `ports`, or the code of the fault. */
  readonly what: string;
  /** The address family that this machine lacks; null: it lacks something else. */
  readonly family: 4 | 6 | null;
  readonly fault: Fault;
}

export const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);

/** Null where nobody answered, or nonsense: that is the resolver's doing, as far as one can see. */
export function ownFailure(error: unknown, address: string): OwnFailure | null {
  const fault = toFault(error);
  if (fault.details?.['family'] === 'lacking') {
    const family = familyOf(address);
    return { what: `IPv${family}`, family, fault };
  }
  if (fault.details?.['ports'] === 'exhausted') return { what: 'ports', family: null, fault };
  if (fault.code === 'UNAVAILABLE') return null;
  return { what: fault.code, family: null, fault };
}

/** How long it asked not to be asked, with its silence or in its place; null: it did not. */
export const restMs = (error: unknown): number | null => {
  const { code, retryAfterMs } = toFault(error);
  return code === 'UNAVAILABLE' ? (retryAfterMs ?? null) : null;
};
