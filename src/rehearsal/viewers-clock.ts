import { type Clock } from '../clock.ts';

/**
 * For whoever serves a rehearsal: it is as late as in there, but those who look are not in fast motion, and
 * what keeps their connections waits as long as they do. What elapsed in there is judged by its wall clock:
 * this uptime is another one's, and so is its boot.
 */
export const viewersClock = (rehearsed: Pick<Clock, 'now'>, real: Clock): Clock => ({
  now: () => ({ ...real.now(), wall: rehearsed.now().wall }),
  sleep: (ms, signal) => real.sleep(ms, signal),
  until: (at, signal) => real.sleep(Math.max(0, at - rehearsed.now().wall), signal),
});
