import { noOddities, oneOfHosts, hostsLike, type Generated, type Preset } from './preset.ts';

const common = {
  platform: 'google-workspace',
  kind: 'mailboxes',
  needs: [],
  selectors: ['google'],
  dkimShownBy: 'admin.google.com > Apps > Google Workspace > Gmail > Authenticate email',
  oddities: noOddities,
  notes: [
    'A domain is in one Google account at a time; Google says that a new MX may take 72 hours to be used.',
  ],
} as const;

const generated = (mx: readonly string[]): Generated => ({
  ...{ mx, spf: 'include:_spf.google.com', dkim: [], autodiscover: [] },
});

/** The single host that Google gives out since April 2023. */
export const googleWorkspace: Preset = {
  ...common,
  id: 'google-workspace',
  name: 'Google Workspace',
  source: [
    'https://support.google.com/a/answer/174125',
    'https://intodns.ai/citations/google-workspace-mx-records',
  ],
  validatedOn: '2026-08-20',
  owns: oneOfHosts('smtp.google.com'),
  generate: () => generated(['1 smtp.google.com']),
};

/** The five hosts from before; they still take mail. */
export const googleWorkspaceLegacy: Preset = {
  ...common,
  id: 'google-workspace-legacy',
  name: 'Google Workspace (five hosts)',
  source: ['Domain Connect template google.com.gmail-setup'],
  validatedOn: '2026-08-20',
  owns: hostsLike(
    /^(?:aspmx\.l\.google\.com|alt[1-4]\.aspmx\.l\.google\.com|aspmx[2-5]\.googlemail\.com)$/,
  ),
  generate: () =>
    generated([
      '1 aspmx.l.google.com',
      ...[1, 2].map(number => `5 alt${number}.aspmx.l.google.com`),
      ...[3, 4].map(number => `10 alt${number}.aspmx.l.google.com`),
    ]),
};
