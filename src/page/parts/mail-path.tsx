import { type JSX } from 'preact';
import { type Status } from '../../view/status/status.ts';
import {
  acceptedText,
  agreementText,
  hostLines,
  recordLines,
  serverLines,
  type MailLine,
} from '../model/mail.ts';
import { plainText } from '../model/text.ts';
import { Mark } from './mark.tsx';

const Line = ({ line, wide }: { readonly line: MailLine; readonly wide: boolean }): JSX.Element => (
  <li class={wide ? 'line line-wide' : 'line'}>
    <Mark shape={line.shape} tone={line.tone} />
    <span class="line-what">{plainText(line.what, 120)}</span>
    <span class={`line-is tone-${line.tone}`}>{line.is}</span>
    {line.detail !== '' && <span class="line-detail quiet">{plainText(line.detail, 200)}</span>}
  </li>
);

const Lines = ({
  title,
  lines,
  wide = false,
}: {
  readonly title: string;
  readonly lines: readonly MailLine[];
  readonly wide?: boolean;
}): JSX.Element | null =>
  lines.length === 0 ? null : (
    <div class="lines">
      <h3>{title}</h3>
      <ul>
        {lines.map(line => (
          <Line key={`${line.what} ${line.detail}`} line={line} wide={wide} />
        ))}
      </ul>
    </div>
  );

/** Where mail goes, whether it is taken there, and what says so in the zone. */
export function MailPath({ status }: { readonly status: Status }): JSX.Element {
  const accepted = acceptedText(status);
  const agreement = agreementText(status);
  return (
    <section class="panel" aria-labelledby="mail-title">
      <h2 id="mail-title">Mail path</h2>
      <Lines title="New hosts" lines={hostLines(status, 'new')} />
      {accepted !== null && <p class="quiet">{accepted}</p>}
      <Lines title="Old hosts" lines={hostLines(status, 'old')} />
      {status.mail === null && <p class="quiet">Mail hosts are not asked in this cutover.</p>}
      {status.mail?.vantages.length === 0 && <p class="quiet">No mail host was asked yet.</p>}
      <Lines title="Records, at the last gate" lines={recordLines(status)} wide />
      <Lines title="Authoritative servers" lines={serverLines(status)} />
      {agreement !== null && <p class="quiet">{plainText(agreement)}</p>}
      {status.dnssec !== null && (
        <p class="quiet">
          DNSSEC: {status.dnssec.is} ({plainText(status.dnssec.why)})
        </p>
      )}
    </section>
  );
}
