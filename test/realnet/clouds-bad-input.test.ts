import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Double } from '../providers/doubles/double.ts';
import { type Ended, patient } from '../support/cli.ts';
import { type OnEnd } from '../support/scene.ts';
import { filesOf } from './hosted.ts';
import { directory, freePort } from '../support/server.ts';
import { addrPort, site } from '../support/site.ts';
import {
  type Bad,
  cloudflare,
  type Given,
  google,
  type Kind,
  route53,
  zone,
} from './clouds-bad.ts';

// What is wrong at the provider is said by `check` and `plan`, in its own words and with a remedy.

/** A desk whose authoritative server is down: what the provider says comes first, or besides. */
async function deskFor({ provider, env }: Given, onEnd: OnEnd) {
  const home = directory('bad');
  onEnd(async () => {
    rmSync(home, { recursive: true, force: true });
  });
  const nobody = { address: '127.0.0.1', port: await freePort('127.0.0.1') };
  const said: string[] = [];
  const hear = ({ out, err }: Ended): void => {
    said.push(out, err);
  };
  const servers = [addrPort(nobody)];
  const more = { authority: { replace: servers, lookups: servers } };
  const of = { zone, servers: [nobody], provider, more, env, hear };
  const desk = site({ dir: join(home, 'desk'), ...of });
  return { desk, said };
}

const keepsQuiet = (said: readonly string[], secrets: readonly string[]): void => {
  for (const secret of [...secrets, 'canary'])
    expect(said.join('\n').includes(secret), `${secret.slice(0, 8)}… was said`).toBe(false);
};

interface Try<D extends Double> {
  readonly kind: Kind<D>;
  readonly bad: Bad<D>;
  /** `plan` says the same as `check`: asked as well, once for each way to end. */
  readonly plans: boolean;
}

/** Runs the commands, and holds what they say against the case. */
async function tries<D extends Double>({ kind, bad, plans }: Try<D>, onEnd: OnEnd): Promise<void> {
  const double = await (bad.open ?? kind.open)();
  onEnd(() => double.stop());
  const { desk, said } = await deskFor(await bad.spoil(double, kind.given(double)), onEnd);
  const check = await desk.run('check', zone);
  const asked = double.log.length;
  // What the provider cannot do is a check that failed.
  expect(check.code, check.err + check.out).toBe(bad.exit === 1 ? 3 : bad.exit);
  expect(check.err).toMatch(bad.says);
  const remedy = check.err.slice(check.err.indexOf('  fix '));
  expect(remedy).toMatch(bad.fix);
  // Nobody waits for what does not come right by itself, and nobody asks for ever.
  expect(asked).toBeLessThanOrEqual(10);
  if (plans) {
    const plan = await desk.run('plan', zone, '--json');
    expect(plan.code, plan.out).toBe(bad.exit);
    const { error } = JSON.parse(plan.out) as { error: { fix: string | null } };
    expect(error.fix).toMatch(bad.fix);
  }
  keepsQuiet([...said, filesOf(join(desk.dir, 'state'))], kind.secrets(double));
}

function table<D extends Double>(kind: Kind<D>): void {
  describe.concurrent(`at ${kind.name}`, patient, () => {
    const first = new Set(new Map(kind.bad.toReversed().map(bad => [bad.exit, bad])).values());
    it.each(kind.bad.map(bad => [bad.what, bad] as const))('%s', async (_, bad) => {
      const ends: (() => Promise<void>)[] = [];
      try {
        await tries({ kind, bad, plans: first.has(bad) }, end => ends.unshift(end));
      } finally {
        for (const end of ends) await end();
      }
    });
  });
}

table(route53);
table(google);
table(cloudflare);
