import { type Reception, type TlsState } from './probe.ts';

/** What an answer means for mail to the domain, and what to do about it. */
export interface Meaning {
  /** Follows the name of the host: `mx.example …`. */
  readonly says: string;
  /** Null: there is nothing to be done. */
  readonly remedy: string | null;
}

export const meanings: Readonly<Record<Reception, Meaning>> = {
  accepts: { says: 'accepts mail for the domain', remedy: null },
  'unknown-recipient': {
    says: 'knows the domain, and not this recipient',
    remedy: 'Create the mailbox or the alias there before mail is sent there.',
  },
  'not-provisioned': {
    says: 'does not know the domain: every message would bounce',
    remedy:
      'Add the domain there, verify it, and wait until it is active (15 minutes are usual); then check again.',
  },
  'no-licence': {
    says: 'knows the domain, but nobody there has a mailbox that is paid for',
    remedy: 'Assign licences with mailboxes to the users there, then check again.',
  },
  'wrong-region': {
    says: 'is not the host of this domain: its mailboxes are in another region',
    remedy:
      'Take the MX that the provider shows for this domain, not one put together from its name.',
  },
  'greeting-refuses': {
    says: 'refuses whoever connects, before anything is said',
    remedy:
      'See whether it takes mail from the Internet at all, and whether it refuses this address only.',
  },
  refuses: {
    says: 'refuses mail for the domain',
    remedy: 'Ask who runs the host what its words mean; until then mail would bounce.',
  },
  loops: {
    says: 'sends mail for the domain around in a circle',
    remedy:
      'Make one side authoritative for the domain, and see where each of them hands mail on to.',
  },
  greylists: {
    says: 'puts off whoever it does not know yet, which passes by itself',
    remedy: 'Ask again after the pause, or let it know the address of this machine.',
  },
  defers: {
    says: 'has a temporary trouble',
    remedy: 'Ask again in some minutes; if it stays, ask who runs the host.',
  },
  closed: {
    says: 'refuses the connection: nobody listens there',
    remedy: 'Start the mail server, and let port 25 through the firewall before it.',
  },
  silent: {
    says: 'does not answer',
    remedy: 'See whether port 25 is let through there, and whether this machine may connect to it.',
  },
  'blocks-us': {
    says: 'refuses the address of this machine, which says nothing about the domain',
    remedy:
      'Probe from a machine whose address may send mail (dns-cutover probe), or accept this finding.',
  },
  'locked-to-gateway': {
    says: 'takes mail from its gateway only, so it cannot be asked from here',
    remedy: 'Probe from the gateway, send a test message through it, or accept this finding.',
  },
  'needs-tls': {
    says: 'takes mail over TLS only, and TLS did not come about',
    remedy: 'Mend STARTTLS there: its certificate, its protocols; then check again.',
  },
  'cannot-tell': {
    says: 'gave no answer that decides',
    remedy:
      'See what was said (dns-cutover probe HOST --domain DOMAIN), and ask who runs the host what it means.',
  },
};

/** What the state of STARTTLS is, following the name of the host. */
export const tlsWords: Readonly<Record<TlsState, string>> = {
  good: 'offers STARTTLS with a certificate that holds',
  none: 'does not offer STARTTLS',
  broken: 'offers STARTTLS, and it fails',
  untrusted: 'has a certificate that nobody vouches for',
  expired: 'has a certificate that is out of date',
  'wrong-name': 'has a certificate for another name',
  unknown: 'did not get as far as STARTTLS',
};
