import { type Converse } from '../../src/mail/conversation.ts';

/** A world without mail hosts: nobody answers. For tests that are about the zone alone. */
export const nobodyAnswers: Converse = async ({ host, address, port }) => ({
  ...{ host, address, port, at: 0, end: 'unreachable', detail: 'there are no mail hosts here' },
  ...{ banner: null, ehlo: null, tls: null, recipients: [], message: null, tookMs: 0 },
});
