import { limits } from '../../limits.ts';
import { type MailPolicy } from '../order.ts';

/**
 * The least time between two conversations with one address. A stranger's host is not asked more than once a
 * minute, whatever was written; in a closed network, where `allowPrivate` is set, its owner decides.
 */
export const mailPaceMs = (
  mail: Pick<MailPolicy, 'every' | 'allowPrivate'> | undefined,
): number => {
  if (mail === undefined) return limits.probeHostMs;
  const asked = mail.every * 1000;
  return mail.allowPrivate ? asked : Math.max(asked, limits.probeHostMs);
};
