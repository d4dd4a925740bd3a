import { expect, it } from 'vitest';
import { refusalFault } from '../../providers/cloudflare/fault.ts';
import { faultOfCredentials } from '../../providers/google/credentials.ts';
import { faultOf } from '../../providers/route53/fault.ts';
import { pageWords } from '../../providers/web-page.ts';
import { withoutUrlSecrets } from '../../providers/words.ts';

it.each([
  [
    'request to http://127.0.0.1:9/x?sig=CANARY failed',
    'request to http://127.0.0.1:9/x?‹hidden› failed',
  ],
  ['https://CANARY:CANARY@host.example/a, and on', 'https://‹hidden›@host.example/a, and on'],
  ['https://a@CANARY@host.example', 'https://‹hidden›@host.example'],
  ['HTTPS://h.example#CANARY', 'HTTPS://h.example?‹hidden›'],
  ['http://h.example?a=1?b=CANARY&c="CANARY" end', 'http://h.example?‹hidden› end'],
  ['GET /token?key=CANARY refused', 'GET /token?‹hidden› refused'],
  ['why? a=b, and who@example.org', 'why? a=b, and who@example.org'],
])('hides what URLs keep secret: %s', (text, shown) => {
  expect(withoutUrlSecrets(text)).toBe(shown);
});

it('hides them in the title of a page, too', () => {
  const page = '<html><title>No http://h.example/x?sig=CANARY here</title></html>';
  expect(pageWords(page)).toContain('No http://h.example/x?‹hidden› here');
});

const leak = 'request to https://me:CANARY@127.0.0.1:9/x?sig=CANARY failed';

it('is what every adapter shows of the words of others', () => {
  const error = Object.assign(new Error(leak), { name: 'CredentialsProviderError' });
  const refused = Object.assign(new Error(leak), {
    ...{ name: 'AccessDenied', $fault: 'client', $metadata: { httpStatusCode: 403 } },
  });
  const chained = {
    messages: [leak],
    name: 'InvalidChangeBatch',
    $metadata: { httpStatusCode: 400 },
  };
  const about = { provider: 'aws', profile: undefined };
  const telling = { where: 'provider cf', scrub: (text: string) => text };
  const refusal = { status: undefined, body: undefined, retryAfter: null, words: leak };
  const faults = [
    ...[error, refused, chained].map(one => faultOf(one, about)),
    faultOfCredentials(error, 'provider g'),
    refusalFault(refusal, telling),
    refusalFault(
      { ...refusal, status: 400, body: { success: false, errors: [{ code: 1, message: leak }] } },
      telling,
    ),
  ];
  for (const fault of faults) {
    const { message, fix, details, cause } = fault;
    const said = `${message} ${fix ?? ''} ${JSON.stringify(details)} ${String(cause)}`;
    expect(said).not.toContain('CANARY');
  }
});
