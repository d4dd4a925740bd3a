import { type JSX } from 'preact';

/** Whatever went wrong, and the way back. */
export const ProblemPage = ({
  status,
  title,
  detail,
}: {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}): JSX.Element => (
  <main id="main" class="door">
    <p class="door-status">{status}</p>
    <h1>{title}</h1>
    <p class="door-text">{detail}</p>
    <p>
      <a href="/">All cutovers</a>
    </p>
  </main>
);
