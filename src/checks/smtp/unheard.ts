import { movedOwners } from '../../cutover/mail/hosts.ts';
import { type Conversation, type RecipientKind } from '../../mail/conversation.ts';
import { domainOf } from '../../mail/probed.ts';
import { oneLine } from '../../mail/reply.ts';
import { type Verdict } from '../check.ts';
import { looksOf, type SmtpFacts } from './looks.ts';

const whom: Readonly<Record<RecipientKind, string>> = {
  postmaster: 'postmaster',
  listed: 'a recipient of the configuration',
  random: 'a recipient that nobody has',
  former: 'a former recipient',
  foreign: 'a recipient of others',
};

/** Where the MX of several names moves each has a session of its own, and recipients of the others are not meant. */
function isMeant(address: string, { recipients }: Conversation, { plan }: SmtpFacts): boolean {
  const [first] = recipients;
  const domain = domainOf({ address });
  return first === undefined || domain === domainOf(first) || !movedOwners(plan).includes(domain);
}

/**
 * Hosts that greeted, and were not asked for somebody after all: they closed before that, or are left alone for
 * now as they greylist. What they would say nobody knows.
 */
export function unheardOf(
  facts: SmtpFacts,
  kind: RecipientKind,
  wanted: readonly string[],
): readonly Verdict[] {
  const looks = looksOf(facts, 'new').filter(({ conversation }) => conversation.ehlo !== null);
  return looks.flatMap(({ conversation, subject, observed }) => {
    const asked = conversation.recipients.filter(one => one.kind === kind);
    const missing =
      wanted.length === 0 && asked.length === 0
        ? [subject]
        : wanted
            .filter(address => isMeant(address, conversation, facts))
            .filter(address => !asked.some(one => one.address === address));
    return missing.map((who): Verdict => ({
      ...{ outcome: 'could-not-test', subject: oneLine(who), observed },
      summary: `${subject} was not asked for ${whom[kind]}: ${conversation.detail === '' ? 'it is left alone for now' : conversation.detail}.`,
      remedy:
        'Check again; where it stays so, probe the host by itself (dns-cutover probe HOST --domain DOMAIN).',
    }));
  });
}
