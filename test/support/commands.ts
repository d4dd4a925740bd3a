import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Exit {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What it finds its programs by, and what others have compiled of them. */
const usual = () => {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE };
};

/** Runs a program of this machine to its end; what is still there after a minute and a half is ended. */
export async function command(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<Exit> {
  const child = spawn(program, args, {
    cwd,
    env: { ...usual(), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

/** What vitest's JSON reporter says of one case. */
interface Case {
  readonly title: string;
  readonly ancestorTitles: readonly string[];
  readonly status: string;
}

/** The cases of a report, by the title of their suite: the numbers of those that failed, and all. */
export function casesOf(
  report: string,
): ReadonlyMap<string, { readonly failed: readonly string[]; readonly total: number }> {
  const { testResults } = JSON.parse(report) as {
    readonly testResults: readonly { readonly assertionResults: readonly Case[] }[];
  };
  const suites = new Map<string, { failed: string[]; total: number }>();
  for (const { title, ancestorTitles, status } of testResults.flatMap(
    one => one.assertionResults,
  )) {
    const suite = ancestorTitles[0] ?? '';
    const known = suites.get(suite) ?? { failed: [], total: 0 };
    suites.set(suite, known);
    known.total += 1;
    if (status !== 'passed') known.failed.push(title.replace(/\..*/, ''));
  }
  return suites;
}
