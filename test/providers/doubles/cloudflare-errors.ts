import { type HttpReply } from './listen.ts';

/** One error as the API tells it; `chain` holds the causes of a vague one. */
export interface ApiError {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly ApiError[];
}

const json = { 'content-type': 'application/json' };

/** The envelope of every answer. Fields that nobody knows are part of life with an API. */
export const succeed = (result: unknown, info?: unknown): HttpReply => ({
  status: 200,
  headers: json,
  body: JSON.stringify({
    result,
    success: true,
    errors: [],
    messages: [],
    ...(info === undefined ? {} : { result_info: info }),
    field_of_the_future: { nobody: 'knows it' },
  }),
});

export const refuse = (
  status: number,
  errors: readonly ApiError[],
  headers: Readonly<Record<string, string>> = {},
): HttpReply => ({
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify({ result: null, success: false, errors, messages: [] }),
});

/** What stops a transaction, with its status. */
export interface Refusal {
  readonly status: number;
  readonly errors: readonly ApiError[];
}

/** Recorded: a patch or a delete of a record that is not there. */
export const gone = (id: string): Refusal => ({
  status: 404,
  errors: [{ code: 81_044, message: `Record ID ${id} does not exist.` }],
});

/** Recorded: the same name, type and content again. The older text was "An identical record already exists." */
export const identical: Refusal = {
  status: 400,
  errors: [{ code: 81_058, message: 'A record with the same settings already exists.' }],
};

/** Recorded: a CNAME beside anything else, or anything beside a CNAME; the text holds a URL. */
export const aliased: Refusal = {
  status: 400,
  errors: [
    {
      code: 81_053,
      message:
        'An A, AAAA, or CNAME record with that host already exists. For more details, refer to ' +
        '<https://developers.cloudflare.com/dns/manage-dns-records/troubleshooting/records-with-same-name/>.',
    },
  ],
};

/**
 * A TTL that is not allowed: today's form has the telling code in a chain
 * (github.com/timothymiller/cloudflare-ddns issue 179), that of 2020 had it at the top
 * (github.com/ulygit/asus_rt_ac68u issue 6).
 */
export const ttlRefused = (floor: number, form: 'chain' | 'top'): Refusal => ({
  status: 400,
  errors:
    form === 'top'
      ? [
          {
            code: 9021,
            message: `Invalid TTL. Must be between ${floor} and 2,147,483,647 seconds, or 1 for automatic`,
          },
        ]
      : [
          {
            code: 1004,
            message: 'DNS Validation Error',
            error_chain: [
              {
                code: 9021,
                message: `TTL must be between ${floor} and 86400 seconds, or 1 for Automatic.`,
              },
            ],
          },
        ],
});

/** The words are from the configuration comments of people who met it; the status is not certain. */
export const routed: Refusal = {
  status: 400,
  errors: [
    {
      code: 890_190,
      message:
        'This zone is managed by Email Routing. Disable Email Routing to add/modify MX records.',
    },
  ],
};

/** A record whose content is not of its type: the general code, the reason in the chain. */
export const invalid = (message: string): Refusal => ({
  status: 400,
  errors: [{ code: 1004, message: 'DNS Validation Error', error_chain: [{ code: 9000, message }] }],
});

/** More operations than the plan allows (developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes). */
export const tooMany = (most: number): Refusal =>
  invalid(`Batch operation limit of ${most} records exceeded.`);

/** Recorded: an id that is none. */
export const noRoute = refuse(404, [
  {
    code: 7003,
    message: 'Could not route to /zones, perhaps your object identifier is invalid?',
  },
  { code: 7000, message: 'No route for that URI' },
]);

/** Recorded: an Authorization header of a wrong form is HTTP 400, not 401. */
export const badHeader = refuse(400, [
  {
    code: 6003,
    message: 'Invalid request headers',
    error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
  },
]);

/** A token that is unknown or expired. */
export const badToken = refuse(401, [{ code: 10_000, message: 'Authentication error' }]);
/** A token without the right. */
export const noRight = refuse(403, [
  { code: 9109, message: 'Unauthorized to access requested resource' },
]);

/** The text of a 429 has not been recorded; the header has. */
export const throttled = (headers: Readonly<Record<string, string>>): HttpReply =>
  refuse(
    429,
    [{ code: 10_429, message: 'More than 1200 requests per 300 seconds reached' }],
    headers,
  );

export const broken = refuse(500, [{ code: 10_001, message: 'Unable to process the request' }]);
