import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayGrant } from '../../src/access/grant.ts';
import { covers, mayAs, ranks, type Role } from '../../src/access/principal.ts';
import { atTheDesk } from './ground.ts';

const roles: readonly Role[] = [...ranks, 'agent'];

it('each rank may what those before it may, and an agent none of it', () => {
  const table = roles.map(role => ranks.map(needed => (mayAs(role, needed) ? 'x' : '-')).join(''));
  expect(table).toEqual(['x---', 'xx--', 'xxx-', 'xxxx', '----']);
});

it('a scope names cutovers, or domains for all cutovers of each', () => {
  const scope = { cutovers: ['example.org', 'example.net.2'] };
  const seen = ['example.org', 'example.org.1', 'example.org.12', 'example.net.2'];
  expect(seen.filter(id => !covers(scope, id))).toEqual([]);
  const unseen = ['example.net', 'example.net.1', 'example.net.22', 'www.example.org', 'org'];
  const odd = ['example.org.', 'example.org.1.1', 'example.org.x', 'xexample.org.1', ''];
  expect([...unseen, ...odd].filter(id => covers(scope, id))).toEqual([]);
  expect(covers({ cutovers: null }, 'anything')).toBe(true);
  expect(covers({ cutovers: [] }, 'example.org.1')).toBe(false);
});

it('nobody hands on more than they have', () => {
  const scopes = [null, ['example.org'], ['example.org.1'], ['example.org.1', 'example.net.1']];
  const one = fc.record({ role: fc.constantFrom(...roles), cutovers: fc.constantFrom(...scopes) });
  const ids = ['example.org.1', 'example.org.2', 'example.net.1'];
  fc.assert(
    fc.property(one, one, (by, grant) => {
      const may = mayGrant({ ...atTheDesk, ...by }, grant);
      if (!may) return;
      for (const needed of ranks)
        if (mayAs(grant.role, needed)) expect(mayAs(by.role, needed)).toBe(true);
      for (const id of ids) if (covers(grant, id)) expect(covers(by, id)).toBe(true);
      if (grant.role === 'agent') expect(by.role).toBe('admin');
    }),
  );
  const admin = { ...atTheDesk, cutovers: ['example.org'] };
  expect(mayGrant(admin, { role: 'admin', cutovers: ['example.org.7'] })).toBe(true);
  expect(mayGrant(admin, { role: 'viewer', cutovers: null })).toBe(false);
  expect(mayGrant(atTheDesk, { role: 'agent', cutovers: null })).toBe(true);
});
