import { describe, expect, it } from 'vitest';
import { remoteOptions, remoteTerms } from '../../src/commands/remote-terms.ts';
import { commands } from '../../src/commands/table/table.ts';
import { isFault } from '../../src/errors.ts';
import { said } from './said.ts';

const spec = (name: string) => {
  const found = commands.find(one => one.name === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
};

const termsOf = (
  options: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) => remoteTerms(spec('status'), { args: [], options }, env);

/** Where the command line is wrong, and the remedy. */
function refusal(server: string): string {
  try {
    termsOf({ server, tokenFile: '/t' });
  } catch (error) {
    if (isFault(error, 'USAGE'))
      return `${error.where ?? ''}: ${error.message}; ${error.fix ?? ''}`;
    throw error;
  }
  return 'taken';
}

describe('which server is asked', () => {
  it('is said by options, or by the environment, and by none of them nobody is', () => {
    expect(termsOf({})).toBe(null);
    const env = { DNS_CUTOVER_SERVER: 'https://a.example', DNS_CUTOVER_TOKEN_FILE: '/env/token' };
    expect(termsOf({}, env)).toEqual({
      server: new URL('https://a.example'),
      tokenFile: '/env/token',
    });
    expect(termsOf({ server: 'https://b.example', tokenFile: '/t' }, env)).toEqual({
      server: new URL('https://b.example'),
      tokenFile: '/t',
    });
    expect(() => termsOf({ server: 'https://b.example' })).toThrow(/asked with a token/);
    expect(() => termsOf({ tokenFile: '/t' })).toThrow(/of which server/);
  });

  it('is left alone by commands of this machine', () => {
    const env = { DNS_CUTOVER_SERVER: 'https://a.example', DNS_CUTOVER_TOKEN_FILE: '/t' };
    expect(remoteTerms(spec('validate'), { args: [], options: {} }, env)).toBe(null);
  });

  it('is no business of the environment where a command looks from here in any case', () => {
    const env = { DNS_CUTOVER_SERVER: 'https://a.example', DNS_CUTOVER_TOKEN_FILE: '/t' };
    expect(remoteTerms(spec('probe'), { args: [], options: {} }, env)).toBe(null);
    const texts = (name: string) => JSON.stringify(remoteOptions(spec(name)));
    expect(texts('status')).toContain('DNS_CUTOVER_SERVER');
    expect(texts('probe')).not.toContain('DNS_CUTOVER_SERVER');
    expect(remoteOptions(spec('validate'))).toEqual([]);
    const options = { server: 'https://b.example' };
    expect(remoteTerms(spec('probe'), { args: [], options }, env)).toMatchObject({
      server: new URL('https://b.example'),
    });
  });

  it.each([
    'http://127.0.0.1:8053',
    'http://localhost:8053',
    'http://[::1]:8053',
    'https://a.example/',
  ])('may be %s', server => {
    expect(refusal(server)).toBe('taken');
  });

  it.each([
    ['a.example', /no address of a server.*https:\/\/HOST/],
    ['ftp://a.example', /no address of a server/],
    ['http://a.example:8053', /readable on the way.*https/],
    ['http://127.0.0.1.example', /readable on the way/],
    ['http://10.0.0.1', /readable on the way.*ssh -L/],
    ['https://kim:secret@a.example', /a secret does not belong.*--token-file/],
    ['https://a.example/api', /no path here; write https:\/\/a\.example$/],
  ])('may not be %s', (server, why) => {
    expect(refusal(server)).toMatch(why);
    expect(refusal(server)).not.toContain('kim:secret');
  });
});

it('a command of this machine refuses to be asked elsewhere, with the way out', async () => {
  for (const words of [['validate'], ['store', 'check'], ['propagation', 'example.org']]) {
    const { code, err } = await said(...words, '--server', 'https://a.example');
    expect([code, err]).toEqual([64, expect.stringContaining('works on this machine only')]);
    expect(err).toMatch(/fix +give it on the machine of the server/);
  }
});

it('a token file that is not there is named before anything is asked', async () => {
  const server = ['--server', 'http://127.0.0.1:1', '--token-file', '/nonexistent/token'];
  const { code, err } = await said('status', ...server);
  expect([code, err]).toEqual([65, expect.stringContaining('/nonexistent/token')]);
});
