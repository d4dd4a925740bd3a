import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, openApi } from '../../support/api.ts';

describe('what is wrong with an act', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.server.close());

  const errorsOf = async (payload: object): Promise<unknown> => {
    const url = '/api/v1/cutovers/example.org.1/actions';
    const headers = { 'idempotency-key': 'one', 'if-match': '*' };
    const answer = await api.as('operator', { method: 'POST', url, headers, payload });
    expect(answer.statusCode).toBe(400);
    return answer.json<{ errors: unknown }>().errors;
  };

  it('is told of the act that was meant, and of no other', async () => {
    expect(await errorsOf({ type: 'pause', dryRun_: true })).toEqual([
      { path: '/body', message: 'must not have "dryRun_"' },
    ]);
    expect(await errorsOf({ type: 'rollback', to: 'step' })).toEqual([
      { path: '/body', message: "must have required property 'confirm'" },
    ]);
    expect(await errorsOf({ type: 'observe', what: { is: 'bounces', count: -1 } })).toEqual([
      { path: '/body/what/count', message: 'must be >= 0' },
    ]);
  });

  it('is which acts there are, where none was meant', async () => {
    const heard = JSON.stringify(await errorsOf({ type: 'observe', what: { is: 'heard' } }));
    expect(JSON.parse(heard)).toMatchObject([{ path: '/body/what/is' }]);
    expect(heard).toContain(String.raw`must be one of \"bounces\", \"accepted\", `);
    const dance = JSON.stringify(await errorsOf({ type: 'dance' }));
    expect(JSON.parse(dance)).toMatchObject([{ path: '/body/type' }]);
    expect(dance).toContain(String.raw`must be one of \"start\", \"approve\", `);
    expect(await errorsOf({})).toEqual([
      { path: '/body', message: "must have required property 'type'" },
    ]);
  });

  it('is everything where nothing says what was meant', async () => {
    expect(await errorsOf({ type: 'pause', reason: 5 })).toEqual(
      expect.arrayContaining([
        { path: '/body/reason', message: 'must be string' },
        { path: '/body/reason', message: 'must be null' },
      ]),
    );
  });
});
