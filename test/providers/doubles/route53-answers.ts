import { randomUUID } from 'node:crypto';
import { type HttpReply, type HttpRequest } from './listen.ts';
import { type Tree, xmlDocument } from './route53-xml.ts';

/** The three forms of InvalidChangeBatch that clients have met. */
export type FaultForm = 'bracket' | 'messages' | 'root';

/** Every answer of AWS has the id of its request. */
const headers = (): Readonly<Record<string, string>> => ({
  'content-type': 'text/xml',
  'x-amzn-requestid': randomUUID(),
});

export const found = (name: string, tree: Tree): HttpReply => ({
  status: 200,
  headers: headers(),
  body: xmlDocument(name, tree),
});

/** `ErrorResponse`, as every AWS service that speaks XML has it. */
export function fault(status: number, code: string, message: string): HttpReply {
  const head = headers();
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  const tree = { Error: error, RequestId: head['x-amzn-requestid'] };
  return { status, headers: head, body: xmlDocument('ErrorResponse', tree) };
}

/**
 * InvalidChangeBatch in each of its forms. `bracket`: recorded from the service. `messages`: API
 * reference, InvalidChangeBatch. `root`: sjmayotte/route53-dynamic-dns issue 83.
 */
export function refuseBatch(problems: readonly string[], form: FaultForm): HttpReply {
  if (form === 'bracket') return fault(400, 'InvalidChangeBatch', `[${problems.join(', ')}]`);
  const head = headers();
  const id = head['x-amzn-requestid'];
  const Messages = { Message: problems };
  const body =
    form === 'root'
      ? xmlDocument('InvalidChangeBatch', { Messages, RequestId: id })
      : xmlDocument('ErrorResponse', {
          Error: { Type: 'Sender', Code: 'InvalidChangeBatch', Messages },
          RequestId: id,
        });
  return { status: 400, headers: head, body };
}

/** IAM's words for a right that is missing (IAM user guide, "Troubleshoot access denied errors"). */
export function unauthorized({ method, path }: HttpRequest): HttpReply {
  const [, , kind = '', id = ''] = path.split('/');
  const action = method === 'POST' ? 'ChangeResourceRecordSets' : 'ListResourceRecordSets';
  return fault(
    403,
    'AccessDenied',
    `User: arn:aws:iam::123456789012:user/cutover is not authorized to perform: route53:${action} on ` +
      `resource: arn:aws:route53:::${kind}/${id} because no identity-based policy allows the ` +
      `route53:${action} action`,
  );
}
