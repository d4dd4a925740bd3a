import { type HttpReply, type HttpRequest, listen, type Listening } from './listen.ts';
import { mischief } from './mischief.ts';

/** How getting a token may end. */
export type TokenTrouble = 'invalid_grant' | 'forbidden' | 'down' | 'none';

/** Who gives access tokens: the metadata server of a machine, and the exchange of external accounts. */
export interface Tokens extends Listening {
  trouble(kind: TokenTrouble): void;
  /** No token is given before this has come about. */
  delay(until: Promise<void>): void;
  /** How many tokens were given. */
  given(): number;
}

/** https://cloud.google.com/compute/docs/metadata/querying-metadata: every answer carries it. */
const FLAVOR = { 'metadata-flavor': 'Google' };

const asJson = (status: number, body: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json', ...FLAVOR },
  body: JSON.stringify(body),
});

const plain = (body: string): HttpReply => ({
  ...{ status: 200, headers: { 'content-type': 'application/text', ...FLAVOR }, body },
});

/** RFC 6749 5.2; what Google's token endpoint says of a refresh token that was revoked or ended. */
const invalidGrant = asJson(400, {
  error: 'invalid_grant',
  error_description: 'Token has been expired or revoked.',
});

const refusals: Readonly<Record<Exclude<TokenTrouble, 'none'>, HttpReply>> = {
  invalid_grant: invalidGrant,
  forbidden: asJson(403, { error: 'forbidden' }),
  down: asJson(503, { error: 'unavailable' }),
};

export async function googleTokens(token: string, project: string): Promise<Tokens> {
  let trouble: TokenTrouble = 'none';
  let given = 0;
  let delayed = Promise.resolve();
  const grant = async (): Promise<HttpReply> => {
    await delayed;
    if (trouble !== 'none') return refusals[trouble];
    given += 1;
    return asJson(200, {
      ...{ access_token: token, expires_in: 3599, token_type: 'Bearer' },
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
  };
  const handle = async ({ method, path, headers }: HttpRequest): Promise<HttpReply> => {
    if (method === 'POST' && path === '/token') return grant();
    if (path === '/subject') return plain('a-token-of-another-identity-provider');
    // Without this header the metadata server refuses, so that no web page can be made to ask it.
    if (headers['metadata-flavor'] !== 'Google') return asJson(403, { error: 'Forbidden' });
    const metadata = path.replace('/computeMetadata/v1/', '');
    if (metadata === 'project/project-id') return plain(project);
    if (metadata === 'universe/universe-domain') return plain('googleapis.com');
    if (metadata.endsWith('/token')) return grant();
    if (metadata.endsWith('/email')) return plain(`cutover@${project}.iam.gserviceaccount.com`);
    return metadata === 'instance' ? plain('attributes/') : asJson(404, { error: 'not found' });
  };
  const listening = await listen({
    kind: () => 'read',
    handle,
    trouble: () => asJson(503, {}),
    mischief: mischief({ rate: 0 }),
  });
  return {
    ...listening,
    trouble: kind => {
      trouble = kind;
    },
    delay: until => {
      delayed = until;
    },
    given: () => given,
  };
}
