import { commandText } from '../words.ts';

/** How to put an RRset back at one kind of provider, by its own surface. */
export interface ConsoleUndo {
  readonly steps: readonly string[];
  /** Where the provider describes it. */
  readonly ref: string;
}

const consoles: Readonly<Record<string, ConsoleUndo>> = {
  route53: {
    steps: [
      'Sign in to the AWS console with the account that owns the zone, open Route 53, choose Hosted zones and the zone.',
      'Select the row of the MX record. In the pane Edit record replace all values by those of the table, one a line with its preference, set the TTL in seconds, choose Save changes. A set is replaced as a whole: there is no moment between.',
      'Do the same for each further row; what must not exist is selected, then Delete record.',
      'The change is at all name servers within about a minute.',
    ],
    ref: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-editing.html',
  },
  google: {
    steps: [
      'Open the Google Cloud console in the project of the zone, then Network services, Cloud DNS, and click the name of the zone.',
      'On the page Zone details choose Edit beside the MX record set, replace all values by those of the table, each with its preference, set the TTL and its unit, choose Save. A set is replaced as a whole.',
      'Do the same for each further row; what must not exist is marked there, then Delete record sets.',
    ],
    ref: 'https://cloud.google.com/dns/docs/records',
  },
  cloudflare: {
    steps: [
      'Open the Cloudflare dashboard, the account and the domain, then DNS, Records. Each value is a record of its own.',
      'First add every MX record of the table (Add record: type MX, name, mail server, priority, TTL), only then delete those of the new hosts: between the two both take mail, the other way round nobody does.',
      'Do the same for each further row, and set each TTL: Auto is 300 s.',
    ],
    ref: 'https://developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records/',
  },
  rfc2136: {
    steps: [
      'Save the lines below as undo.txt, with a line `server ADDRESS PORT` before `zone` where it is needed.',
      'Run `nsupdate -k KEYFILE undo.txt` with the key of the configuration. It lands as a whole or not at all.',
      'Without the key: edit the zone file on the primary server by the table, raise the serial, reload.',
    ],
    ref: 'RFC 2136 section 2.5',
  },
};

const unknown: ConsoleUndo = {
  steps: [
    'Open the surface of the DNS provider and find the zone.',
    'Put back every row of the table, the MX first. Where records are edited one by one: add the old ones before the new ones are deleted.',
  ],
  ref: 'the documentation of the provider',
};

export const consoleUndo = (type: string): ConsoleUndo => consoles[type] ?? unknown;

/** What comes before any undo by hand: a controller would take it for somebody else's edit. */
export const beforeUndo = (domain: string): readonly string[] => [
  `Stop the controller: \`${commandText('pause', domain, '--reason', 'undone by hand')}\`, or end its process.`,
  'Tell everybody that nobody but you edits the zone now.',
];

/** What shows that it is done, and what becomes of the cutover. */
export const afterUndo = (domain: string): readonly string[] => [
  `Ask every name server of the zone by itself: \`dig +norecurse @NAME-SERVER ${domain} MX\` shows values and TTL of the table.`,
  `Leave the controller paused, or ended. Once there is time, \`${commandText('abandon', domain)}\` ends the cutover without a change of the records.`,
];
