import { type CommandSpec } from '../spec.ts';

/** One process for a team and its programs. */
export const serve: readonly CommandSpec[] = [
  {
    name: 'serve',
    group: 'Run',
    args: '',
    summary: 'controllers, the HTTP API and the live page in one process, until it is ended',
    description:
      'Runs every open cutover of the state directory, and what is started over the API; those that another process runs are left to it, and taken over when it is gone. ' +
      'What can be started are the cutovers of the configuration; a change of the file takes effect when serve is started again. Without a configuration it only shows what there is.\n\n' +
      'It listens on loopback, and beyond it only with TLS: by a certificate of its own, or by a proxy in front of it, whose X-Forwarded headers are then believed. ' +
      'Requests are answered for the names localhost, 127.0.0.1, [::1], the address it listens on, and those of --host.\n\n' +
      'Where the store never had a token it makes one, for whoever sets it up, in a file that nobody else can read; its path is printed. dns-cutover token create makes the others.\n\n' +
      'SIGTERM and Ctrl-C end it: readers are told, controllers let go of their cutovers, which go on when serve is started again; a second signal ends it at once.',
    options: [
      {
        flags: '--listen <addr:port>',
        description: 'where (default: 127.0.0.1:8053); port 0 takes a free one',
      },
      { flags: '--tls-cert <file>', description: 'its certificate chain, in PEM' },
      { flags: '--tls-key <file>', description: 'the key of the certificate, in PEM' },
      {
        flags: '--behind-proxy <network>',
        description: 'a proxy that has TLS: its address, or a network such as 10.0.0.0/24',
        many: true,
      },
      { flags: '--host <name>', description: 'a name that people type for it', many: true },
      { flags: '--four-eyes', description: 'who started a cutover may not approve its gates' },
      { flags: '--title <text>', description: 'what the page calls it (default: this host)' },
      {
        flags: '--backup <dir>',
        description: 'another directory for copies of the snapshots',
        many: true,
      },
    ],
    examples: [
      'dns-cutover serve',
      'dns-cutover serve --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem --host cutover.example.org',
      'dns-cutover serve --behind-proxy 127.0.0.1 --host cutover.example.org --four-eyes',
    ],
    load: () => import('../serve/serve.ts'),
  },
];
