/** What a request to the API came to. */
export type Answer =
  | { readonly is: 'done'; readonly body: unknown; readonly etag: string | null }
  /** Refused or failed: what the server says, and what helps. */
  | {
      readonly is: 'problem';
      readonly status: number;
      readonly title: string;
      readonly detail: string;
      readonly fix: string | null;
    };

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const textOf = (from: unknown, key: string): string | null => {
  const value: unknown =
    typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
};

const unreachable: Answer = {
  is: 'problem',
  status: 0,
  title: 'The server could not be reached',
  detail: 'Nobody knows whether it heard this.',
  fix: 'Try again: the same request is not done twice.',
};

/** As the page's own session, in JSON; problems come back as values (RFC 9457). */
export async function ask({ method, path, body, headers = {} }: Request): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...json, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
    });
    const text = await response.text();
    const said: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return { is: 'done', body: said, etag: response.headers.get('etag') };
    return {
      is: 'problem',
      status: response.status,
      title: textOf(said, 'title') ?? `The server answered ${String(response.status)}`,
      detail: textOf(said, 'detail') ?? '',
      fix: textOf(said, 'remedy'),
    };
  } catch {
    return unreachable;
  }
}
