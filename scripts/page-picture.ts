/**
 * Makes docs/page.png anew: `npm run build && node scripts/page-picture.ts`. A real rehearsal on this
 * machine, seen in a browser while its new MX spreads. With a file name and `dark`, another one.
 */
import { join } from 'node:path';
import { launchBrowser, spawnRehearsal } from '../test/support/rehearsal-process.ts';

const [file = 'docs/page.png', scheme = 'light'] = process.argv.slice(2);

const rehearsal = await spawnRehearsal();
const browser = await launchBrowser('--font-render-hinting=none');
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1310 },
    colorScheme: scheme === 'dark' ? 'dark' : 'light',
    timezoneId: 'Europe/Berlin',
  });
  const { url } = rehearsal;
  await page.goto(url);
  await page.waitForURL(/\/$/);
  await page.goto(new URL('/cutovers/example.org.1', url).href);
  // The policy of the page lets nobody make code of text, and so nobody wait inside of it.
  while (!/^[6-8]\d %/.test(await page.title())) await page.waitForTimeout(250);
  await page.screenshot({ path: join(import.meta.dirname, '..', file) });
} finally {
  await browser.close();
  await rehearsal.stop();
}
