/**
 * What helps against records that Email Routing has locked. Disabling it is no way: that deletes its MX
 * records, and with them the mail (developers.cloudflare.com/email-routing/setup/disable-email-routing).
 */
export const UNLOCK_EMAIL_ROUTING =
  'Unlock the DNS records (dashboard: Email, Email Routing, Settings). Do not disable Email Routing ' +
  'before the cutover is done: that deletes the MX.';

/** What helps against a lock, by the reason that `convert.ts` gives for it. */
export const unlockingOf = (lock: string): string =>
  lock.includes('Email Routing')
    ? UNLOCK_EMAIL_ROUTING
    : 'Release the records in the product that they belong to, in the dashboard.';
