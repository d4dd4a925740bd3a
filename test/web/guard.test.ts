import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { forbidden, judgedAddresses, readTarget } from '../../src/web/guard.ts';

const strict = { allowPrivate: false };
const lenient = { allowPrivate: true };

/** `ok`, or the code of the fault. */
function read(url: string, leave = strict): string {
  try {
    readTarget(url, leave);
    return 'ok';
  } catch (error) {
    return isFault(error) ? error.code : String(error);
  }
}

describe('what a URL tells', () => {
  it.each([
    'https://hooks.example.org/cutover?x=1',
    'https://hooks.example.org:8443/',
    'https://hooks.example.org:443/',
    'https://93.184.216.34/',
    'https://[2606:4700::1111]/',
    'https://bücher.example/',
  ])('%s may be named by anybody', url => {
    expect(read(url)).toBe('ok');
  });

  it.each([
    ['http://hooks.example.org/', 'plain http'],
    ['ftp://hooks.example.org/', 'another scheme'],
    ['file:///etc/passwd', 'a file'],
    ['https://user@hooks.example.org/', 'a user name'],
    ['https://:secret@hooks.example.org/', 'a password'],
    ['https://hooks.example.org:22/', 'a port of something else'],
    ['https://hooks.example.org:8080/', 'a port of something else'],
    ['https://127.0.0.1/', 'this machine'],
    ['https://127.1/', 'this machine, written short'],
    ['https://0x7f.1/', 'this machine, in hexadecimal'],
    ['https://0177.0.0.1/', 'this machine, in octal'],
    ['https://2130706433/', 'this machine, as one number'],
    ['https://①②⑦.0.0.1/', 'this machine, in circles'],
    ['https://[::1]/', 'this machine'],
    ['https://[::ffff:127.0.0.1]/', 'this machine, mapped'],
    ['https://[::ffff:a9fe:a9fe]/', 'the metadata of a cloud, mapped'],
    ['https://[64:ff9b::a00:1]/', 'a private network behind NAT64'],
    ['https://[2002:7f00:1::]/', 'this machine behind 6to4'],
    ['https://localhost/', 'this machine by its name'],
    ['https://localhost./', 'this machine by its whole name'],
    ['https://a.localhost/', 'this machine by a name of its own'],
    ['https://169.254.169.254/latest/meta-data/', 'the metadata of a cloud'],
    ['https://10.0.0.1/', 'a private network'],
    ['https://0.0.0.0/', 'no address'],
    ['https://[fe80::1]/', 'a link'],
    ['https://[fd00::1]/', 'a private network'],
  ])('%s may not: %s', url => {
    expect(read(url)).toBe('REFUSED');
  });

  it.each([
    '',
    'hooks.example.org',
    'https://',
    'https://a b/',
    `https://a.example/${'x'.repeat(2000)}`,
  ])('%j is no URL', url => {
    expect(read(url)).toBe('MALFORMED');
  });

  it('the operator’s own file may name this machine and its networks, and never what gives secrets away', () => {
    for (const url of ['http://127.0.0.1:9000/', 'http://localhost:9000/', 'http://[::1]:9/'])
      expect(read(url, lenient), url).toBe('ok');
    for (const url of ['https://10.0.0.1:9000/', 'https://hooks.intern:9000/'])
      expect(read(url, lenient), url).toBe('ok');
    for (const url of ['http://10.0.0.1/', 'http://hooks.example.org/', 'https://169.254.169.254/'])
      expect(read(url, lenient), url).toBe('REFUSED');
    expect(read('http://user@127.0.0.1/', lenient)).toBe('REFUSED');
  });
});

describe('where a name leads', () => {
  const url = new URL('https://hooks.example.org/');
  const leads = (...addresses: string[]) => judgedAddresses(url, strict, async () => addresses);

  it('to addresses that everybody can reach', async () => {
    const addresses = ['93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'];
    expect(await leads(...addresses)).toEqual(addresses);
  });

  it.each([
    ...['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1'],
    ...['0.0.0.0', '0.1.2.3', '::', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['100.64.0.1', '100.100.100.200', '168.63.129.16', '169.254.169.254', '::ffff:a9fe:a9fe'],
    ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ...['224.0.0.251', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:4136:e378::1', '2001:db8::1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1'],
    ...['100::1', '', 'hooks.example.org', '1.2.3'],
  ])('not to %s, and not if another one is good', async address => {
    await expect(leads(address)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(leads('93.184.216.34', address)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('nowhere, or where the file allows it; plain http stays on this machine', async () => {
    await expect(leads()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (const address of ['10.0.0.1', '127.0.0.1', 'fd00::1', '100.64.0.1'])
      expect(forbidden(address, lenient), address).toBe(null);
    for (const address of ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', 'fe80::1'])
      expect(forbidden(address, lenient), address).not.toBe(null);
    const plain = new URL('http://localhost:9000/');
    await expect(judgedAddresses(plain, lenient, async () => ['10.0.0.1'])).rejects.toMatchObject({
      code: 'REFUSED',
    });
  });
});
