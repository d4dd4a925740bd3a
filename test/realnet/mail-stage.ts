import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authority } from '../support/certificates.ts';
import { deaf } from '../support/deaf.ts';
import { takesFor } from '../support/mail-access.ts';
import { type MailHostSetup, type Postfix, postfix } from '../support/postfix.ts';
import { bindAlone, type OnEnd, quickZone, type Scene, zone } from '../support/scene.ts';
import { directory, freePort } from '../support/server.ts';
import { addrPort, type Site } from '../support/site.ts';

// A move from one real mail host to another, in a network of its own: BIND has the zones of both sides, one
// Postfix is both hosts and a third one that has nothing to do with them.

export { zone };

type Json = Readonly<Record<string, unknown>>;
export type Host = 'old' | 'new' | 'third';

const addresses: Record<Host, string> = {
  old: '127.0.0.41',
  new: '127.0.0.42',
  third: '127.0.0.43',
};
const names: Record<Host, string> = {
  old: 'mx1.oldhost.example',
  new: 'mx.newhost.example',
  third: 'mx.third.example',
};

export interface MailScene {
  readonly scene: Scene;
  readonly mail: Postfix<Host>;
  /** `smtp` is added to what the configuration says of mail hosts, `more` to the cutover. */
  readonly desk: (
    name: string,
    of?: {
      readonly smtp?: Json;
      readonly more?: Json;
      readonly env?: Readonly<Record<string, string>>;
    },
  ) => Site;
}

/** The zone of one side, with its host. */
const hosted = (host: Host): string => {
  const label = names[host].split('.')[0] ?? '';
  return `$TTL 2
@ IN SOA ns1 hostmaster 1 40 20 86400 2
@ IN NS ns1
ns1 IN A 127.0.0.1
${label} IN A ${addresses[host]}
`;
};

/** Everybody takes mail for the domain as it should be; `setup` says what is otherwise. */
export async function mailScene(
  onEnd: OnEnd,
  setup: Readonly<Partial<Record<Host, Partial<MailHostSetup>>>> = {},
): Promise<MailScene> {
  const ca = authority();
  const host = (key: Host): MailHostSetup => ({
    ...{ name: names[key], address: addresses[key] },
    ...(key === 'third' ? {} : { takes: takesFor(zone, ['postmaster', 'anna']) }),
    tls: ca.issue([`DNS:${names[key]}`]),
    ...setup[key],
  });
  const mail = await postfix({ old: host('old'), new: host('new'), third: host('third') });
  onEnd(() => mail.stop());
  return { mail, ...(await network(onEnd, { port: mail.port, trust: ca.pem })) };
}

/** Nobody is reached on the port of SMTP, as where a provider of networks drops what goes there. */
export async function blockedScene(onEnd: OnEnd): Promise<Omit<MailScene, 'mail'>> {
  const all = Object.values(addresses);
  const port = await freePort(...all);
  for (const address of all) {
    const { stop } = await deaf({ address, port });
    onEnd(stop);
  }
  return network(onEnd, { port, trust: authority().pem });
}

/** The zones of both sides and of the domain, and a person's desk. */
async function network(
  onEnd: OnEnd,
  { port, trust }: { readonly port: number; readonly trust: string },
): Promise<Omit<MailScene, 'mail'>> {
  const zones = Object.fromEntries(
    (['old', 'new', 'third'] as const).map(key => [
      names[key].split('.').slice(1).join('.'),
      hosted(key),
    ]),
  );
  const scene = await bindAlone(onEnd, { zones, zoneText: quickZone(zone) });
  const home = directory('trust');
  onEnd(async () => {
    rmSync(home, { recursive: true, force: true });
  });
  writeFileSync(join(home, 'ca.pem'), trust);
  const servers = [addrPort(scene.primary)];
  return {
    scene,
    desk: (name, { smtp = {}, more = {}, env = {} } = {}) =>
      scene.site(name, {
        env: { NODE_EXTRA_CA_CERTS: join(home, 'ca.pem'), ...env },
        more: {
          checks: {
            smtp: {
              ...{ port, allowPrivate: true, every: '1s' },
              ...{ recipients: [`anna@${zone}`], witnesses: [addresses.third] },
              ...smtp,
            },
            // A server that takes updates tells nobody what time it is.
            accept: [{ id: 'clock-sync', reason: 'the servers run on this very machine' }],
          },
          authority: { replace: servers, lookups: servers },
          rollback: { automatic: '1h', settleAfter: '2s' },
          ...more,
        },
      }),
  };
}
