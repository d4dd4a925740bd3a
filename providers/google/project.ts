import { type GoogleSettings } from './settings.ts';

/** The project that is asked, and who named it: a wrong one looks like a missing right. */
export interface Project {
  readonly id: string;
  readonly from: string;
}

/** Where Google's library looks first (google-auth-library, `getProductionProjectId`). */
const VARIABLES = [
  ...(['GCLOUD_PROJECT', 'GOOGLE_CLOUD_PROJECT'] as const),
  ...(['gcloud_project', 'google_cloud_project'] as const),
];

/** The project of the settings, else what the default chain finds. */
export async function projectOf(
  { project }: GoogleSettings,
  find: () => Promise<string>,
  env = process.env,
): Promise<Project> {
  if (project !== undefined) return { id: project, from: 'the setting `project:`' };
  const id = await find();
  const variable = VARIABLES.find(name => (env[name] ?? '') !== '');
  const named = variable !== undefined && env[variable] === id;
  return {
    id,
    from: named ? `the variable ${variable}` : 'the credentials, gcloud or the machine',
  };
}

export const textOf = ({ id, from }: Project): string => `project ${id}, from ${from}`;

/** In front of remedies that help only in the right project. */
export const RIGHT_PROJECT = 'Is `project:` right? If so:';
