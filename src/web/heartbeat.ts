import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';

const refused = (url: string, why: string): Fault =>
  new Fault('UNAVAILABLE', `the heartbeat was not taken: ${why}`, {
    where: new URL(url).host,
    fix: 'look at heartbeat.url in the configuration: what watches it will say that nobody is watching',
  });

/**
 * Calls the address once. A redirect is not followed: what a stranger names is not what was configured.
 * @throws Fault UNAVAILABLE when it was not answered with 2xx in time
 */
export async function sendHeartbeat(url: string, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(limits.heartbeatAnswerMs);
  const answer = await fetch(url, {
    redirect: 'manual',
    headers: { 'user-agent': 'dns-cutover' },
    signal: AbortSignal.any([signal, late]),
  }).catch((error: unknown) => {
    if (signal.aborted) throw toFault(error);
    if (late.aborted)
      throw refused(url, `no answer within ${String(limits.heartbeatAnswerMs / 1000)} s`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw refused(url, cause instanceof Error ? cause.message : 'it cannot be reached');
  });
  // What it says is of no interest, and may be long.
  await answer.body?.cancel().catch(() => undefined);
  const { status } = answer;
  if (status >= 300 && status < 400)
    throw refused(url, `HTTP ${String(status)}, a redirect, which is not followed`);
  if (!answer.ok) throw refused(url, `HTTP ${String(status)}`);
}
