import { chromium, type BrowserServer } from 'playwright-core';

/** Names where the browser of all tests listens. */
const variable = 'DNS_CUTOVER_CHROMIUM';

let server: BrowserServer | null = null;

/** One browser for all files: each opens contexts of its own in it. */
export async function setup(): Promise<void> {
  server = await chromium.launchServer({
    executablePath: '/usr/bin/chromium',
    // As root and in containers it can have neither its sandbox nor a large /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  process.env[variable] = server.wsEndpoint();
}

export async function teardown(): Promise<void> {
  await server?.close();
}

export const endpoint = (): string => process.env[variable] ?? '';
