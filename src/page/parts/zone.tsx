import { type JSX } from 'preact';
import { type Status } from '../../view/status/status.ts';
import { clockText, type Here } from '../model/moments.ts';
import { plainText } from '../model/text.ts';

type Value = Status['path'][number]['positions'][number];

const valueText = (value: Value | undefined): string =>
  value == null ? 'does not exist' : `${value.rdata.join(' | ')} (TTL ${value.ttl})`;

/** What is in the zone now, and where each set is to end. */
const Sets = ({ status }: { readonly status: Status }): JSX.Element => (
  <table class="table table-zone">
    <thead>
      <tr>
        <th scope="col">Records</th>
        <th scope="col">Before</th>
        <th scope="col">Now</th>
        <th scope="col">At the end</th>
      </tr>
    </thead>
    <tbody>
      {status.path.map(({ key, positions, place }) => (
        <tr key={key}>
          <th scope="row">{plainText(key, 200)}</th>
          <td data-label="Before">{plainText(valueText(positions[0]), 200)}</td>
          <td data-label="Now">{plainText(valueText(positions[place]), 200)}</td>
          <td data-label="At the end">{plainText(valueText(positions.at(-1)), 200)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The records of the plan, and how the cutover came about. */
export function Zone({
  status,
  here,
  shared,
}: {
  readonly status: Status;
  readonly here: Here;
  readonly shared: boolean;
}): JSX.Element {
  const { controller, owner } = status;
  const runner =
    controller?.running === true
      ? `process ${String(controller.pid)} on ${controller.host ?? '?'}`
      : (owner ?? 'nobody yet');
  return (
    <section class="panel" aria-labelledby="zone-title">
      <h2 id="zone-title">Zone</h2>
      <div class="scroll" role="region" aria-label="Records of the plan" tabIndex={0}>
        <Sets status={status} />
      </div>
      <dl class="details">
        <dt>Position</dt>
        <dd>{plainText(status.position)}</dd>
        <dt>Started</dt>
        <dd>{clockText(status.startedAt, here)}</dd>
        <dt>Plan</dt>
        <dd>
          <code>{status.planHash}</code>
        </dd>
        <dt>Journal</dt>
        <dd>line {status.seq}</dd>
        {!shared && (
          <>
            <dt>Provider</dt>
            <dd>{plainText(status.provider, 100)}</dd>
            <dt>Run by</dt>
            <dd>{plainText(runner, 200)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
