/** What the TXT at `_smtp._tls` says (RFC 8460 3). */
export type TlsReporting =
  | { readonly is: 'none' }
  /** Where reports go: `mailto:` and `https:` addresses, as written. */
  | { readonly is: 'record'; readonly to: readonly string[] }
  | { readonly is: 'void'; readonly why: string };

const version = /^v=TLSRPTv1[ \t]*;/;

/** No space, no control character, and nothing outside of ASCII (RFC 3986 2). */
const address = /^(?:mailto:[\x21-\x7e]+@[\x21-\x7e]+|https:\/\/[\x21-\x7e]+)$/i;

/** Reads the texts at `_smtp._tls`: of those that begin with the version there must be exactly one. */
export function readTlsReporting(texts: readonly string[]): TlsReporting {
  const records = texts.filter(text => version.test(text));
  const [record] = records;
  if (record === undefined) return { is: 'none' };
  if (records.length > 1)
    return { is: 'void', why: `there are ${records.length} records, and there must be one` };
  const fields = record.split(';').map(field => field.trim());
  const rua = fields.find(field => field.startsWith('rua='))?.slice('rua='.length);
  if (rua === undefined) return { is: 'void', why: 'it names nobody to send reports to (rua=)' };
  const to = rua.split(',').map(one => one.trim());
  if (to.some(one => !address.test(one)))
    return { is: 'void', why: 'rua names something that is neither mailto: nor https:' };
  return { is: 'record', to };
}

/** The domains that reports are mailed to, in lower case. */
export const reportDomains = (to: readonly string[]): readonly string[] =>
  to.flatMap(one => {
    const [, domain] = /^mailto:[^@]*@([^?!]+)/i.exec(one) ?? [];
    return domain === undefined ? [] : [domain.toLowerCase().replace(/\.$/, '')];
  });
