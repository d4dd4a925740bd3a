import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loads what TLS and HTTPS stand on only when one of them is asked', () => {
  const sweep = JSON.stringify(new URL('../../src/transport/sweep.ts', import.meta.url).href);
  const program = `
    const { sweepAsk } = await import(${sweep});
    const sweep = sweepAsk();
    const loaded = () => ['tls', 'http2'].filter(one => process.moduleLoadList.includes('NativeModule ' + one));
    const before = loaded();
    const at = { address: '127.0.0.1', port: 9, over: { transport: 'tls', host: 'dns.example' } };
    const question = { name: 'example.', type: 'MX', recursive: true, dnssec: false };
    await sweep.ask(question, at, new AbortController().signal).catch(() => undefined);
    console.log(JSON.stringify([before, loaded()]));
    await sweep.close();
  `;
  const argv = ['--input-type=module', '-e', program];
  const said = execFileSync(process.execPath, argv, { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([[], ['tls']]);
});
