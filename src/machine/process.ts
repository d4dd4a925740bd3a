import { readFileSync } from 'node:fs';

/** Is this process of this machine stopped (SIGSTOP, Ctrl-Z)? Null where the system does not tell. */
export function isStopped(pid: number): boolean | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name in parentheses may hold anything; the state follows it (proc(5)).
    return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return null;
  }
}
