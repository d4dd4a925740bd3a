import { describe, expect, it } from 'vitest';
import { providers } from '../../providers/index.ts';
import { blockOf, blockText, initBlocks, rfc2136Text } from '../../src/config/init-blocks.ts';
import { type InitAnswers, initText } from '../../src/config/init.ts';
import { load } from './load.ts';

const answers = {
  domain: 'example.org',
  provider: 'onprem',
  block: rfc2136Text({ server: '192.0.2.53' }),
  to: ['mx.new.example'],
};

describe('the file that init writes', () => {
  it('is valid, and names the schema first', async () => {
    const text = initText(answers);
    expect(text).toMatch(/^# yaml-language-server: \$schema=/);
    const { orders, providers } = await load(text);
    expect(providers['onprem']?.settings).toMatchObject({ server: '192.0.2.53' });
    expect(orders[0]).toMatchObject({
      domain: 'example.org.',
      steps: [{ edits: [{ want: { is: 'set', rdata: ['10 mx.new.example.'] } }] }],
      policy: { ttl: { history: null } },
    });
  });

  it('takes preferences, several hosts, any script and the longest TTL', async () => {
    const to = ['0 a.example.', '5 B.example', 'bücher.example'];
    const { orders } = await load(
      initText({
        ...answers,
        domain: 'Bücher.example.',
        to,
        block: rfc2136Text({ server: '2001:db8::53' }),
        longestTtl: 3600,
      }),
    );
    expect(orders[0]).toMatchObject({
      domain: 'xn--bcher-kva.example.',
      steps: [
        {
          edits: [
            {
              want: { rdata: ['0 a.example.', '5 b.example.', '30 xn--bcher-kva.example.'] },
            },
          ],
        },
      ],
      policy: { ttl: { history: { longest: 3600, until: null } } },
    });
  });

  it('stays valid when its examples are taken out of their comments', async () => {
    const text = initText(answers).replaceAll(
      /^( +)# (- \{|schedule:|attest:|ttl:| {2}low:| {2}history:)/gm,
      '$1$2',
    );
    const { orders } = await load(text);
    expect(orders[0]).toMatchObject({
      steps: [{ edits: [{ type: 'MX' }, { type: 'TXT' }] }],
      policy: {
        ttl: { history: { longest: 86_400 } },
        schedule: { timeZone: 'Europe/Berlin' },
        attest: ['mailboxes are synced', 'staff is told'],
      },
    });
  });

  it('names the port of the server where it is not the usual one', async () => {
    const { providers } = await load(
      initText({ ...answers, block: rfc2136Text({ server: '192.0.2.53', port: 5353 }) }),
    );
    expect(providers['onprem']?.settings).toMatchObject({ server: '192.0.2.53', port: 5353 });
    expect(rfc2136Text({ server: '192.0.2.53', port: 53 })).toBe(answers.block);
  });

  it('is not written from answers that are none', () => {
    const code = (changed: Partial<InitAnswers>) => {
      try {
        return initText({ ...answers, ...changed });
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    expect(code({ to: [] })).toBe('USAGE');
    expect(code({ to: ['192.0.2.1'] })).toBe('MALFORMED');
    expect(code({ domain: 'a..b' })).toBe('MALFORMED');
    expect(code({ longestTtl: 0 })).toBe('USAGE');
  });
});

describe('the entry of a provider', () => {
  it('stays valid when every setting is taken out of its comment', async () => {
    for (const [type, block] of Object.entries(initBlocks)) {
      if (!Object.hasOwn(providers, type)) continue;
      const given = Object.fromEntries(block.settings.map(({ key, example }) => [key, example]));
      const entry = blockText(type, block, given);
      const read = await load(initText({ ...answers, provider: type, block: entry }));
      const { tokenFile, ...rest } = given;
      expect(read.providers[type], type).toMatchObject({ type, settings: rest });
      if (tokenFile !== undefined)
        expect(read.providers[type]?.settings['tokenFile']).toMatch(/^\/.*cloudflare\.token$/);
    }
  });

  it('of a kind that nobody described is made from its schema, quotes and all', () => {
    const schema = {
      properties: { account: { description: 'Whose it is.', examples: [7] }, note: {}, token: {} },
      required: ['account'],
    };
    expect(blockText('toy', blockOf('toy', schema), { token: "it's" }).split('\n')).toEqual([
      '    type: toy                            # toy',
      '    account: 7                           # Whose it is.',
      '    # note: "change-me"',
      "    token: 'it''s'",
    ]);
  });
});
