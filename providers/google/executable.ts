import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../src/errors.ts';
import { isObject } from '../../src/object.ts';

/** Keys and federation configurations have a few kilobytes. */
const OCTETS_MOST = 1_000_000;
/** Impersonation wraps other credentials; nobody wraps them deeper. */
const DEPTH_MOST = 5;

const OTHERS =
  'Use another kind of Application Default Credentials: a workload identity federation that reads a ' +
  'file or a URL, a key file, or: gcloud auth application-default login';

const AS_GIVEN = 'Point GOOGLE_APPLICATION_CREDENTIALS at the key file as Google gave it.';

interface Place {
  readonly file: string;
  /** In words: the path may be somebody's name. */
  readonly called: string;
  readonly named: boolean;
}

/**
 * Where the default chain looks for a file: what the variable names, or the one that gcloud keeps
 * (https://cloud.google.com/docs/authentication/application-default-credentials).
 */
function placeOf(env: NodeJS.ProcessEnv): Place | null {
  for (const variable of ['GOOGLE_APPLICATION_CREDENTIALS', 'google_application_credentials']) {
    const file = env[variable] ?? '';
    if (file !== '') return { file, called: `the file that ${variable} names`, named: true };
  }
  const own = env['CLOUDSDK_CONFIG'] ?? '';
  const [home = '', app = ''] = [env['HOME'], env['APPDATA']];
  const windows = process.platform === 'win32';
  const base = windows ? app && join(app, 'gcloud') : home && join(home, '.config', 'gcloud');
  const folder = own === '' ? base : own;
  if (folder === '') return null;
  const file = join(folder, 'application_default_credentials.json');
  return { file, called: 'the file of gcloud auth application-default login', named: false };
}

const isMissing = (error: unknown): boolean =>
  isObject(error) && (error['code'] === 'ENOENT' || error['code'] === 'ENOTDIR');

function runsProgram(value: unknown, depth = 0): boolean {
  if (!isObject(value) || depth > DEPTH_MOST) return false;
  const { credential_source: source, source_credentials: inner } = value;
  if (isObject(source) && source['executable'] !== undefined) return true;
  return runsProgram(inner, depth + 1);
}

/**
 * Looks at the credentials file before Google's library does, which starts the program of an external
 * account without listening for its errors: one that is missing ends this whole process, cutovers
 * included, and its command line, secrets and all, is printed.
 * @throws Fault UNAUTHORIZED; nothing of the file stands in it
 */
export async function refuseExecutable(where: string, env = process.env): Promise<void> {
  const place = placeOf(env);
  if (place === null) return;
  const refuse = (why: string, fix: string): Fault =>
    new Fault('UNAUTHORIZED', `${place.called} ${why}`, { where, fix });
  const odd = 'Point GOOGLE_APPLICATION_CREDENTIALS at a readable key file, or renew it.';
  let parsed: unknown;
  try {
    const about = await stat(place.file);
    if (!about.isFile() || about.size > OCTETS_MOST)
      throw refuse('is no credentials file: a folder, a device, or too large', odd);
    parsed = JSON.parse(await readFile(place.file, 'utf8'));
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (isMissing(error) && !place.named) return;
    // The words of the parser quote the file, those of the file system its path.
    if (error instanceof SyntaxError) throw refuse('is not JSON', AS_GIVEN);
    throw refuse(isMissing(error) ? 'does not exist' : 'cannot be read', odd);
  }
  if (!isObject(parsed)) throw refuse('holds no credentials', odd);
  if (runsProgram(parsed))
    throw refuse('says that a program gives the credentials, which is not supported', OTHERS);
}
