import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a server shows, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own, which lives for a day. */
export interface Authority {
  /** Its own certificate. */
  readonly pem: string;
  /** A certificate for these, such as `DNS:dns.example` and `IP:127.0.0.1`. */
  issue(
    names: readonly string[],
    options?: { readonly expired?: boolean; readonly days?: number; readonly subject?: string },
  ): Identity;
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Runs in a directory that is gone afterwards. */
function inDirectory<Result>(run: (path: (file: string) => string) => Result): Result {
  const home = mkdtempSync(join(tmpdir(), 'dns-cutover-certificates-'));
  try {
    return run(file => join(home, file));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const openssl = (...args: readonly string[]): unknown =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Nobody signed it but itself. */
export function selfSigned(names: readonly string[]): Identity {
  return inDirectory(path => {
    const made = ['-keyout', path('key'), '-out', path('cert'), '-days', '1', '-subj', '/CN=test'];
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
    const named = ['-addext', `subjectAltName=${names.join(',')}`];
    openssl('req', '-x509', ...curve, ...made, ...leaf, ...named);
    return { cert: readFileSync(path('cert'), 'utf8'), key: readFileSync(path('key'), 'utf8') };
  });
}

export function authority(): Authority {
  const own = inDirectory(path => {
    const made = ['-keyout', path('key'), '-out', path('cert'), '-days', '1'];
    openssl('req', '-x509', ...curve, ...made, '-subj', '/CN=authority of a test');
    return { cert: readFileSync(path('cert'), 'utf8'), key: readFileSync(path('key'), 'utf8') };
  });
  return {
    pem: own.cert,
    issue: (names, { expired = false, days: lives = 1, subject = '/CN=test' } = {}) =>
      inDirectory(path => {
        writeFileSync(path('ca.cert'), own.cert);
        writeFileSync(path('ca.key'), own.key, { mode: 0o600 });
        writeFileSync(path('names'), `subjectAltName=${names.join(',')}\n`);
        const asked = ['-keyout', path('key'), '-out', path('request'), '-subj', subject];
        openssl('req', '-new', ...curve, ...asked);
        const by = ['-CA', path('ca.cert'), '-CAkey', path('ca.key'), '-CAcreateserial'];
        const days = ['-days', expired ? '-1' : String(lives), '-extfile', path('names')];
        openssl('x509', '-req', '-in', path('request'), ...by, ...days, '-out', path('cert'));
        return { cert: readFileSync(path('cert'), 'utf8'), key: readFileSync(path('key'), 'utf8') };
      }),
  };
}
