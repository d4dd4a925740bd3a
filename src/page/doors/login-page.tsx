import { type JSX } from 'preact';

/**
 * Asks for a token. The form is sent by the page itself, as JSON: what another site makes a browser send
 * is a form (SECURITY.md), and without scripts it goes nowhere.
 */
export const LoginPage = ({
  title,
  refusal,
}: {
  readonly title: string;
  readonly refusal?: string;
}): JSX.Element => (
  <main id="main" class="door">
    <h1>{title}</h1>
    <form id="login" method="post" action="/login" autocomplete="off">
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        required
        autocomplete="current-password"
        spellcheck={false}
        autocapitalize="none"
        aria-describedby="token-hint login-refusal"
      />
      <p id="token-hint" class="door-text">
        It begins with <code>dnsc_</code>. Whoever runs this server makes one with{' '}
        <code>dns-cutover token create</code>.
      </p>
      <p id="login-refusal" class="door-refusal" role="alert">
        {refusal}
      </p>
      <button type="submit" class="button button-main">
        Log in
      </button>
    </form>
    <noscript>
      <p class="door-text">
        Logging in needs JavaScript; afterwards every page can be read without it.
      </p>
    </noscript>
  </main>
);
