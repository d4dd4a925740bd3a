import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Identity } from './certificates.ts';
import { type Lifeline, lifeline } from './lifeline.ts';
import { accessTable, relaysNothing, type Takes } from './mail-access.ts';
import { postgrey } from './postgrey.ts';
import { type At, directory, freePort } from './server.ts';

// A real Postfix as a test child, needs root: one master serves many hosts, each at an address of its own
// and all at one port. Usage:
//   const mail = await postfix({ new: { name: 'mx1.new.example', address: '127.0.0.21' } });
//   mail.hosts.new.takes = recipient => (recipient.endsWith('@example.com') ? 'OK' : relaysNothing);
//   ... connect to mail.hosts.new.address and mail.port; mail.arrived() has messages that were taken ...
//   await mail.stop();

/** How one mail host is set up. By default it relays nothing, offers no TLS and greets at once. */
export interface MailHostSetup {
  /** What it calls itself, and what its certificate should be for. */
  readonly name: string;
  /** Any 127.x.y.z, or ::1. */
  readonly address: string;
  readonly takes?: Takes;
  /** STARTTLS is offered with this; see `certificates.ts` for wrong, expired and self-signed ones. */
  readonly tls?: Identity;
  /** Mail is refused before STARTTLS. */
  readonly needsTls?: boolean;
  /** Every new pair of sender and recipient waits as long, by a real postgrey. */
  readonly greylistSeconds?: number;
  /** `refuses`: the greeting is 554. A number: it comes only after so many seconds. */
  readonly greeting?: 'refuses' | number;
}

export interface MailHost extends At {
  /** What it takes from now on, asked for every recipient: changes at once. */
  takes: Takes;
  /** Nobody listens at its address any more, or somebody does again. */
  readonly close: () => Promise<void>;
  readonly open: () => Promise<void>;
}

export interface Postfix<Host extends string> {
  readonly port: number;
  readonly hosts: Readonly<Record<Host, MailHost>>;
  /** Messages that were taken and handed on, with their headers. */
  readonly arrived: () => readonly string[];
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

const run = (file: string, ...args: readonly string[]): string =>
  execFileSync(file, args, { env: environment, stdio: 'pipe', encoding: 'utf8' }).trim();

/** The directories that `postfix check` would make, with their owners; the system's own are not touched. */
function layOut(dir: string): void {
  chmodSync(dir, 0o755);
  const make = (mode: string, owner: readonly string[], ...names: readonly string[]) =>
    run('install', '-d', ...owner, '-m', mode, ...names.map(name => join(dir, name)));
  const postfix = ['-o', 'postfix'];
  const queues = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming'];
  make('755', [], 'queue', 'queue/pid');
  make('755', ['-o', 'nobody'], 'arrived');
  make('755', postfix, 'data');
  make('700', postfix, ...[...queues, 'private', 'saved', 'trace'].map(name => `queue/${name}`));
  make('710', [...postfix, '-g', 'postdrop'], 'queue/public');
  make('730', [...postfix, '-g', 'postdrop'], 'queue/maildrop');
}

const main = (dir: string): string => `compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/data
daemon_directory = ${run('postconf', '-d', '-h', 'daemon_directory')}
shlib_directory = ${run('postconf', '-d', '-h', 'shlib_directory')}
meta_directory = ${run('postconf', '-d', '-h', 'meta_directory')}
maillog_file = ${dir}/mail.log
maillog_file_prefixes = ${dir}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.test
mydestination =
mynetworks =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = arrived:
notify_classes =
# A process for each connection remembers no answer of the table before.
max_use = 1
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
relay_domains_reject_code = 554
relay_domains =
smtpd_recipient_restrictions =
smtpd_reject_unlisted_recipient = no
access_map_reject_code = 550
`;

const services = (dir: string): string => `postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
arrived unix - n n - - pipe
  flags=R user=nobody argv=/bin/sh ${dir}/arrived.sh
`;

interface Policies {
  readonly access: At;
  readonly greylist: At | null;
}

/** One smtpd(8) with what sets it apart, see master(5). */
function service(dir: string, key: string, of: MailHostSetup & { port: number } & Policies) {
  const { address, port, name, tls, needsTls = false, greeting, access, greylist } = of;
  const settings = [
    `myhostname = ${name}`,
    `smtpd_relay_restrictions = check_recipient_access tcp:${access.address}:${access.port}, reject_unauth_destination`,
  ];
  if (greylist !== null)
    settings.push(
      `smtpd_recipient_restrictions = check_policy_service inet:${greylist.address}:${greylist.port}`,
    );
  if (tls !== undefined) {
    const file = join(dir, `${key}.pem`);
    writeFileSync(file, `${tls.key}${tls.cert}`, { mode: 0o600 });
    settings.push(`smtpd_tls_security_level = ${needsTls ? 'encrypt' : 'may'}`);
    settings.push(`smtpd_tls_chain_files = ${file}`);
  }
  if (greeting !== undefined) {
    const restriction = greeting === 'refuses' ? 'reject' : `sleep ${greeting}, permit`;
    settings.push('smtpd_delay_reject = no', `smtpd_client_restrictions = ${restriction}`);
  }
  const at = address.includes(':') ? `[${address}]` : address;
  const options = settings.map(setting => `  -o { ${setting} }\n`).join('');
  return `${at}:${port} inet n - n - - smtpd\n${options}`;
}

/** Does anybody take connections there? */
async function listens({ address, port }: At): Promise<boolean> {
  const socket = connect(port, address);
  const [connected] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    once(socket, 'error').then(() => [false]),
  ]).catch(() => [false]);
  socket.destroy();
  return connected === true;
}

async function until(what: string, holds: () => Promise<boolean>, log: () => string) {
  for (let looks = 0; looks < 600; looks++) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`${what} after 15 s:\n${log()}`);
}

/** Starts the master and waits until every host listens. */
export async function postfix<Host extends string>(
  setups: Readonly<Record<Host, MailHostSetup>>,
): Promise<Postfix<Host>> {
  if (process.getuid?.() !== 0) throw new Error('Postfix changes users: run these tests as root');
  const keys = Object.keys(setups) as Host[];
  const dir = directory('postfix');
  layOut(dir);
  const port = await freePort(...keys.map(key => setups[key].address));
  writeFileSync(join(dir, 'main.cf'), main(dir));
  writeFileSync(
    join(dir, 'arrived.sh'),
    `cat >${dir}/arrived/$$.part && mv ${dir}/arrived/$$.part ${dir}/arrived/$$.eml\n`,
  );
  const closed = new Set<Host>();
  const stops: (() => Promise<void>)[] = [];
  const lines = new Map<Host, string>();
  const hosts = {} as Record<Host, MailHost>;
  let master: Lifeline | null = null;
  const log = (): string => {
    try {
      return readFileSync(join(dir, 'mail.log'), 'utf8').slice(-20_000);
    } catch {
      return '(no log yet)';
    }
  };
  const settle = async (key: Host, open: boolean): Promise<void> => {
    if (open) closed.delete(key);
    else closed.add(key);
    const lists = keys.filter(one => !closed.has(one)).map(one => lines.get(one) ?? '');
    writeFileSync(join(dir, 'master.cf'), services(dir) + lists.join(''));
    if (master === null) return;
    process.kill(Number(readFileSync(join(dir, 'queue', 'pid', 'master.pid'), 'utf8')), 'SIGHUP');
    const wanted = async () => (await listens(hosts[key])) === open;
    await until(`${key} is not ${open ? 'open' : 'closed'}`, wanted, log);
  };
  for (const key of keys) {
    const setup = setups[key];
    const table = await accessTable(setup.takes ?? (() => relaysNothing));
    stops.push(table.stop);
    const { greylistSeconds: delay } = setup;
    const grey = delay === undefined ? null : await postgrey(delay);
    if (grey !== null) stops.push(grey.stop);
    lines.set(key, service(dir, key, { ...setup, port, access: table.at, greylist: grey }));
    hosts[key] = {
      ...{ address: setup.address, port },
      get takes() {
        return table.takes();
      },
      set takes(takes) {
        table.use(takes);
      },
      close: () => settle(key, false),
      open: () => settle(key, true),
    };
  }
  for (const key of keys) await settle(key, true);
  const program = join(run('postconf', '-d', '-h', 'daemon_directory'), 'master');
  const running = lifeline([program, '-c', dir, '-d'], dir);
  master = running;
  const stop = async (): Promise<void> => {
    await running.stop();
    for (const one of stops) await one();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const all = async () =>
      (await Promise.all(keys.map(key => listens(hosts[key])))).every(Boolean);
    await until('Postfix does not listen', all, log);
  } catch (error) {
    await stop();
    throw error;
  }
  const messages = join(dir, 'arrived');
  const arrived = () =>
    readdirSync(messages)
      .filter(name => name.endsWith('.eml'))
      .map(name => readFileSync(join(messages, name), 'utf8'));
  return { port, hosts, arrived, log, stop };
}
