import { describe, expect, it } from 'vitest';
import { bodyOf, type Told } from '../../src/notify/payload.ts';

const hostile =
  'HELD: <!channel> <@U1> <https://evil.example|click> @channel @here @everyone & &lt;!here&gt; <at>Anna</at> *b* `c` [x](https://evil.example) {{DATE(2026-01-01)}}\r\n\u202egnp.exe\u0007';

const told = (text: string): Told => ({
  ...{ id: 'e1-7', type: 'held', time: '2026-12-05T06:00:00Z', text },
  event: {
    ...{ id: 'e1-7', seq: 3, type: 'held', time: '2026-12-05T06:00:00Z', cutover: 'example.org.1' },
    actor: { kind: 'person', name: '<!here> anna' },
    data: { reason: null },
    ...{ cause: 'pause', text },
  },
});

/** Every string in a JSON text, wherever it stands. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}

describe('what a chat tool is told', () => {
  it('Slack: text of strangers is text, and calls nobody', () => {
    const body = JSON.parse(bodyOf('slack', told(hostile))) as {
      text: string;
      blocks: unknown[];
    };
    for (const text of strings(body)) {
      expect(text).not.toMatch(/[<>]/);
      expect(text).not.toMatch(/@(?:channel|here|everyone)/);
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    expect(body.text).toContain('example.org: HELD: &lt;!channel&gt;');
    // An entity that the text itself brought stays what it was: text.
    expect(body.text).toContain('&amp;lt;!here&amp;gt;');
    expect(strings(body.blocks)).not.toContain('mrkdwn');
    expect(body).toMatchObject({ parse: 'none', link_names: false });
  });

  it('Teams: no Markdown, no tags, no mentions', () => {
    const body = JSON.parse(bodyOf('teams', told(hostile))) as { attachments: unknown[] };
    const text = strings(body).join('\n');
    expect(text).not.toMatch(/<\/?at>|[<>]/);
    expect(text).not.toMatch(/@(?:channel|everyone|here)/);
    expect(JSON.stringify(body)).not.toContain('"TextBlock"');
    expect(JSON.stringify(body)).not.toContain('entities');
    expect(text).toContain('example.org: HELD: ‹!channel›');
    expect(body.attachments).toMatchObject([
      { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
    ]);
  });

  it('is short, however long the text', () => {
    const long = told('x'.repeat(100_000));
    expect(bodyOf('slack', long).length).toBeLessThan(5000);
    expect(bodyOf('teams', long).length).toBeLessThan(5000);
    // Slack refuses a message with a text of more than 3000 characters, as it is after escaping.
    const signs = JSON.parse(bodyOf('slack', told('&<>'.repeat(10_000)))) as unknown;
    for (const text of strings(signs)) expect(text.length).toBeLessThanOrEqual(3000);
  });
});

it('an event is what the API gives, with a time stamp and a sentence without control characters', () => {
  expect(JSON.parse(bodyOf('event', told('a\u001b[31mb')))).toEqual({
    ...told('').event,
    ...{ timestamp: '2026-12-05T06:00:00Z', text: 'a\\x1b[31mb' },
  });
});

it('a test says that it is one in every shape', () => {
  const test: Told = { ...told('A test.'), type: 'webhook.test', event: null };
  expect(JSON.parse(bodyOf('event', test))).toMatchObject({ type: 'webhook.test', data: {} });
  for (const shape of ['slack', 'teams'] as const) expect(bodyOf(shape, test)).toContain('A test.');
});
