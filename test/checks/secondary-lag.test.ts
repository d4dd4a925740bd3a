import { healthy, plan, planWith, servers, withSurvey } from './example.ts';
import { table } from './table.ts';

const soa = { serial: 7, refresh: 14_400, minimum: 600, ttl: 3600 };
table('secondary-lag-bound', [
  { when: 'refreshed in time', input: healthy(), says: ['pass example.org'] },
  {
    when: 'refreshed late',
    input: withSurvey({ soa }),
    says: ['warn example.org'],
    words: ['14400 s (4 h)', 'set ttl.lag to 14400'],
  },
  {
    when: 'refreshed late, and that is allowed for',
    input: withSurvey({ soa }, healthy(0, planWith({ ttl: { ...plan.policy.ttl, lag: 14_400 } }))),
    says: ['pass example.org'],
  },
  {
    when: 'there is one name server',
    input: withSurvey({
      soa,
      delegation: { ...healthy().survey.delegation, servers: servers.slice(0, 2) },
    }),
    says: ['skipped example.org'],
  },
  {
    when: 'the configuration names two servers of one address',
    input: withSurvey({
      soa,
      delegation: {
        ...healthy().survey.delegation,
        servers: [5301, 5302].map(port => ({ name: '127.0.0.1', address: '127.0.0.1', port })),
      },
    }),
    says: ['warn example.org'],
  },
  {
    when: 'no SOA was seen',
    input: withSurvey({ soa: null }),
    says: ['could-not-test example.org'],
  },
]);
