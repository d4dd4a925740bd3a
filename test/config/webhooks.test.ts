import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { checkSecrets } from '../../src/config/secrets.ts';
import { openWebhooks } from '../../src/config/webhooks.ts';
import { isFault } from '../../src/errors.ts';
import { cutover, NOW } from './load.ts';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** A folder with a configuration that has these webhooks, and a secret `s`. */
function folderOf(webhooks: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'c.yaml'), `${cutover('')}webhooks:\n${webhooks}\n`);
  writeFileSync(join(folder, 's'), `${secret}\n`, { mode: 0o600 });
  return folder;
}

const load = (webhooks: string) => loadConfig(join(folderOf(webhooks), 'c.yaml'), NOW);

async function refused(webhooks: string): Promise<string> {
  try {
    await load(webhooks);
  } catch (error) {
    if (isFault(error, 'CONFIG')) return error.message;
    throw error;
  }
  return '';
}

it('reads receivers with their secrets; what is left out means the usual', async () => {
  const config = await load(
    `  - { url: 'https://a.example/', secretFile: s }
  - { url: 'https://hooks.slack.com/services/T/B/x', shape: slack, types: [held, ended], cutovers: [Example.ORG, EXAMPLE.org.2] }
  - { url: 'http://127.0.0.1:9000/', secretFile: s, allowPrivate: true }`,
  );
  expect(config.warnings).toEqual([]);
  const [first, second, third] = await openWebhooks(config);
  expect(first).toMatchObject({
    order: { url: 'https://a.example/', shape: 'event', types: null, cutovers: null },
    allowPrivate: false,
  });
  expect(Buffer.from(first!.secrets[0]!.reveal())).toEqual(Buffer.alloc(32, 5));
  expect(second).toMatchObject({
    order: { shape: 'slack', types: ['held', 'ended'], cutovers: ['example.org', 'example.org.2'] },
    secrets: [],
  });
  expect(third).toMatchObject({ allowPrivate: true });
});

it.each([
  [`  - { url: 'https://a.example/' }`, 'secretFile'],
  [`  - { url: 'http://a.example/', secretFile: s }`, 'not reached over https'],
  [`  - { url: 'http://127.0.0.1/', secretFile: s }`, 'not reached over https'],
  [`  - { url: 'https://10.0.0.1/', secretFile: s }`, 'private network'],
  [`  - { url: 'https://a.example:22/', secretFile: s }`, 'port 22'],
  [`  - { url: 'http://10.0.0.1/', secretFile: s, allowPrivate: true }`, 'not reached over https'],
  [`  - { url: 'https://169.254.169.254/', secretFile: s, allowPrivate: true }`, 'reserved'],
  [`  - { url: 'https://a.example/', secretFile: s, types: [hold] }`, 'Did you mean held?'],
  [`  - { url: 'https://a.example/', secretFile: s, types: [] }`, 'types'],
  [`  - { url: 'https://a.example/', secretFile: s, shape: discord }`, 'shape'],
  [`  - { url: 'https://a.example/', secretFile: s, secret: abc }`, 'secret'],
])('%s is refused with what to do', async (webhooks, said) => {
  const message = await refused(webhooks);
  expect(message).toContain(said);
  expect(message).toMatch(/c\.yaml:8:/);
});

it('a domain that is none of the file, and a secret that signs nothing', async () => {
  const { warnings } = await load(
    `  - { url: 'https://a.example/', secretFile: s, cutovers: [example.net] }`,
  );
  expect(warnings).toMatchObject([{ message: expect.stringContaining('example.net') as string }]);
  const folder = folderOf(`  - { url: 'https://a.example/', secretFile: s }`);
  writeFileSync(join(folder, 's'), 'hunter2-hunter2-hunter2');
  const config = await loadConfig(join(folder, 'c.yaml'), NOW);
  const checked = checkSecrets(config);
  await expect(checked).rejects.toThrow(/whsec_/);
  await expect(checked).rejects.not.toThrow(/hunter2/);
});
