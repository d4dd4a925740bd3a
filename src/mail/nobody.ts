import { type Converse } from './conversation.ts';
import { type FetchPolicy } from './probe.ts';

/** A world without mail hosts: nobody answers. For rehearsals and tests that are about the zone alone. */
export const nobodyAnswers: Converse = async ({ host, address, port }) => ({
  ...{ host, address, port, at: 0, end: 'unreachable', detail: 'there are no mail hosts here' },
  ...{ banner: null, ehlo: null, tls: null, recipients: [], message: null, tookMs: 0 },
});

/** As there are no mail hosts, there are no policies. */
export const noPolicies: FetchPolicy = async () => ({
  ...{ is: 'failed', by: 'connect', why: 'there are no policy hosts here' },
});
