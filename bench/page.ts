/**
 * The page of a real rehearsal in Chromium: `npm run build && node bench/page.ts [LOADS]`. Until its largest
 * part is painted (LCP) and what comes over the wire, with an empty cache, as fast as this machine is and
 * with a processor four times slower. Goals: LCP at most 1.0 s slowed down, at most 100 kB.
 */
import { loading } from '../test/support/loading.ts';
import { launchBrowser, spawnRehearsal } from '../test/support/rehearsal-process.ts';

const loads = Number(process.argv[2] ?? 9);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const rehearsal = await spawnRehearsal();
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const { url } = rehearsal;
  await page.goto(url);
  await page.waitForURL(/\/$/);
  for (const [name, path] of [
    ['list', '/'],
    ['cutover', '/cutovers/example.org.1'],
  ] as const)
    for (const slowDown of [1, 4]) {
      const all = [];
      for (let n = 0; n < loads; n += 1)
        all.push(await loading(page, new URL(path, url).href, slowDown));
      const lcp = median(all.map(one => one.lcp));
      const worst = Math.max(...all.map(one => one.lcp));
      const kilobytes = Math.max(...all.map(one => one.octets)) / 1000;
      console.log(
        `${name}, CPU 1/${slowDown}: LCP median ${lcp.toFixed(0)} ms, worst ${worst.toFixed(0)} ms (goal: 1000); ${kilobytes.toFixed(1)} kB (goal: 100)`,
      );
    }
} finally {
  await browser.close();
  await rehearsal.stop();
}
