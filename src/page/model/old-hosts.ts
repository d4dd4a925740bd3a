import { type Status } from '../../view/status/status.ts';

type Asked = NonNullable<NonNullable<Status['oldHost']>['asked']>;

/**
 * What an old host said when it was asked whether it is closed, where that proved it at every address; null:
 * it is not proven. The watch of mail hosts ends before the old ones are closed, and remembers that they took mail.
 */
export function closedWith({ oldHost }: Status, host: string): string | null {
  if (oldHost?.goal !== 'refuses' || oldHost.asked === null) return null;
  const { addresses, unresolved }: Asked = oldHost.asked;
  const own = addresses.filter(one => one.role === 'old' && one.host === host);
  const [first] = own;
  if (first === undefined || unresolved.some(one => one.host === host)) return null;
  return own.every(({ holds }) => holds === true) ? first.said : null;
}
