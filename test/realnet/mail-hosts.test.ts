import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deaf } from '../support/deaf.ts';
import { freePort } from '../support/server.ts';
import { authority, selfSigned } from '../support/certificates.ts';
import { relaysNothing, takesFor } from '../support/mail-access.ts';
import { type Postfix, postfix } from '../support/postfix.ts';

// That the hosts which tests talk to are what they are said to be.

const ca = authority();
const start = () =>
  postfix({
    takes: {
      ...{ name: 'mx1.new.example', address: '127.0.0.21' },
      takes: takesFor('example.com', ['postmaster', 'anna']),
      tls: ca.issue(['DNS:mx1.new.example']),
    },
    six: { name: 'six.example', address: '::1' },
    greylists: {
      ...{ name: 'grey.example', address: '127.0.0.22', greylistSeconds: 1 },
      takes: takesFor('example.com', 'everybody'),
    },
    refuses: { name: 'no.example', address: '127.0.0.23', greeting: 'refuses' },
    slow: { name: 'slow.example', address: '127.0.0.24', greeting: 1 },
    strict: {
      ...{ name: 'strict.example', address: '127.0.0.25', needsTls: true },
      tls: selfSigned(['DNS:other.example']),
    },
  });
let mail: Postfix<'takes' | 'six' | 'greylists' | 'refuses' | 'slow' | 'strict'>;
beforeAll(async () => {
  mail = await start();
});
afterAll(() => mail.stop());

/** Says these lines one after the other; gives the last line of each reply, the greeting first. */
function say(host: keyof typeof mail.hosts, lines: readonly string[]): Promise<readonly string[]> {
  const { address, port } = mail.hosts[host];
  return new Promise((resolve, reject) => {
    const socket = connect(port, address).setEncoding('utf8');
    const replies: string[] = [];
    const left = [...lines];
    let rest = '';
    socket.on('error', reject).on('close', () => {
      resolve(replies);
    });
    socket.on('data', (text: string) => {
      const read = (rest + text).split('\r\n');
      rest = read.pop() ?? '';
      for (const line of read.filter(one => one[3] === ' ')) {
        replies.push(line);
        const next = left.shift();
        if (next === undefined) socket.end();
        else socket.write(`${next}\r\n`);
      }
    });
  });
}

const asks = (recipient: string) => ['EHLO test.example', 'MAIL FROM:<>', `RCPT TO:<${recipient}>`];
const last = async (host: keyof typeof mail.hosts, recipient: string) =>
  (await say(host, asks(recipient))).at(-1);

test('a host takes whom it is told to take, and refuses the rest in its own words', async () => {
  expect(await last('takes', 'anna@example.com')).toBe('250 2.1.5 Ok');
  expect(await last('takes', 'bob@example.com')).toBe(
    '550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in relay recipient table',
  );
  expect(await last('takes', 'anna@example.org')).toBe(
    '554 5.7.1 <anna@example.org>: Relay access denied',
  );
  mail.hosts.takes.takes = () => relaysNothing;
  expect(await last('takes', 'anna@example.com')).toContain('Relay access denied');
  expect(await last('six', 'anna@example.com')).toContain('Relay access denied');
});

test('greylisting, a refusing greeting, one that comes late and TLS that must be', async () => {
  expect(await last('greylists', 'anna@example.com')).toMatch(/^450 4\.2\.0 .*Greylisted/);
  expect((await say('refuses', ['QUIT']))[0]).toMatch(/^554 5\.7\.1 .*Access denied$/);
  expect((await say('slow', ['QUIT']))[0]).toBe('220 slow.example ESMTP Postfix');
  expect(await last('strict', 'anna@example.com')).toContain('530 5.7.0 Must issue a STARTTLS');
});

test('STARTTLS shows the certificate that was given', async () => {
  const { address, port } = mail.hosts.takes;
  const plain = connect(port, address);
  const names = await new Promise<string | undefined>((resolve, reject) => {
    plain.on('error', reject);
    const told = ['EHLO test.example\r\n', 'STARTTLS\r\n'];
    const onData = (data: Buffer) => {
      const next = told.shift();
      if (next !== undefined) return plain.write(next);
      if (!data.toString().startsWith('220')) return false;
      plain.off('data', onData);
      const tls = connectTls({ socket: plain, servername: 'mx1.new.example', ca: ca.pem }, () => {
        resolve(tls.authorized ? tls.getPeerCertificate().subjectaltname : 'not authorized');
        tls.destroy();
      });
      tls.on('error', reject);
      return true;
    };
    plain.on('data', onData);
  });
  expect(names).toBe('DNS:mx1.new.example');
});

test('a message arrives; a host is closed and opened again', async () => {
  mail.hosts.takes.takes = takesFor('example.com', 'everybody');
  const message = [...asks('anna@example.com'), 'DATA', 'Subject: token-1\r\n\r\nHello\r\n.'];
  expect((await say('takes', message)).at(-1)).toMatch(/^250 2\.0\.0 Ok: queued/);
  while (mail.arrived().length === 0) await new Promise(resolve => setTimeout(resolve, 20));
  expect(mail.arrived()[0]).toContain('Subject: token-1');
  await mail.hosts.takes.close();
  await expect(last('takes', 'anna@example.com')).rejects.toThrow('ECONNREFUSED');
  expect(await last('six', 'anna@example.com')).toContain('Relay access denied');
  await mail.hosts.takes.open();
  expect(await last('takes', 'anna@example.com')).toBe('250 2.1.5 Ok');
});

test('a deaf place lets nobody in and refuses nobody', async () => {
  const at = { address: '127.0.0.26', port: await freePort('127.0.0.26') };
  const { stop } = await deaf(at);
  const socket = connect(at.port, at.address);
  const heard: string[] = [];
  socket.on('connect', () => heard.push('connect')).on('error', () => heard.push('error'));
  await new Promise(resolve => setTimeout(resolve, 400));
  socket.destroy();
  await stop();
  expect(heard).toEqual([]);
});
