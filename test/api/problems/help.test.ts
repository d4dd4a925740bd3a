import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemHelp } from '../../../src/api/problems/help.ts';
import {
  malformed,
  problemFault,
  type ProblemKind,
  problemKinds,
  problemOf,
} from '../../../src/api/problems/problem.ts';
import { type Code, Fault } from '../../../src/errors.ts';

const file = join(import.meta.dirname, '../../../docs/api-problems.md');
const kinds = Object.keys(problemKinds) as readonly ProblemKind[];

const page = (): string => {
  const sections = kinds.map(kind => {
    const [status, title] = problemKinds[kind];
    const { when, remedy } = problemHelp[kind];
    return `## \`/problems/${kind}\` (${status})\n\n${title}. ${when}\n\nWhat to do: ${remedy}\n`;
  });
  const head = [
    '# Problems of the HTTP API',
    '',
    'Every failure is answered as `application/problem+json` (RFC 9457). `type` names its kind and never',
    'changes; the server explains each at that very address. `detail` says what happened this time, `remedy`',
    'what to do, `errors` each place of the request that is wrong, `request` the name of the request in the',
    'log of the server. New kinds may come: whoever does not know one goes by the status.',
    '',
    '',
  ];
  return head.join('\n') + sections.join('\n');
};

describe('problems', () => {
  it('stand in the documentation, each with its remedy', async () => {
    if (process.env['UPDATE'] === '1') await writeFile(file, page());
    expect(await readFile(file, 'utf8')).toBe(page());
  });

  it('follow from the code of a fault', () => {
    const statuses: Readonly<Record<Code, number>> = {
      USAGE: 400,
      CONFIG: 500,
      MALFORMED: 400,
      NOT_FOUND: 404,
      REFUSED: 409,
      STALE: 412,
      LEASE_LOST: 409,
      CONFLICT: 409,
      CHECK_FAILED: 409,
      UNAUTHORIZED: 502,
      UNSUPPORTED: 409,
      RATE_LIMITED: 429,
      UNAVAILABLE: 502,
      STORE: 503,
      ABORTED: 503,
      BUG: 500,
    };
    for (const [code, status] of Object.entries(statuses))
      expect([code, problemOf(new Fault(code as Code, 'so'), 'r').status]).toEqual([code, status]);
    const provider = new Fault('NOT_FOUND', 'no such zone', { where: 'provider main' });
    expect(problemOf(provider, 'r').status).toBe(502);
  });

  it('carry what helps, and nothing of the inside', () => {
    const fault = new Fault('RATE_LIMITED', 'too often', {
      ...{ fix: 'wait', where: 'here', retryAfterMs: 1500, details: { seq: 3 } },
    });
    expect(problemOf(fault, 'r')).toEqual({
      ...{ type: '/problems/rate-limited', title: 'Asked too often', status: 429, request: 'r' },
      ...{ detail: 'too often', remedy: 'wait', where: 'here', retryAfter: 2, details: { seq: 3 } },
    });
    for (const secret of [new Error('secret'), new Fault('STORE', 'secret'), 'secret', null])
      expect(JSON.stringify(problemOf(secret, 'r'))).not.toContain('secret');
    const errors = [{ path: '/body/name', message: 'is no name' }];
    expect(problemOf(malformed(errors), 'r')).toMatchObject({ status: 400, errors });
    // A body of 64 KiB can be wrong in tens of thousands of places.
    const many = Array.from({ length: 60_000 }, (_, index) => ({
      path: `/${index}`,
      message: 'is',
    }));
    const told = problemOf(malformed(many), 'r');
    expect([told.errors?.length, told.detail.endsWith('; and 59950 more')]).toEqual([50, true]);
    expect(JSON.stringify(told).length).toBeLessThan(10_000);
    expect(problemOf(problemFault('key-reused', 'so'), 'r')).not.toHaveProperty('details');
  });
});
