/** What the environment must name besides `LIVE=1`, by the service that is meant. */
const needed = {
  'Route 53': ['LIVE_ROUTE53_ZONE_ID', 'LIVE_ROUTE53_ZONE'],
  Google: ['LIVE_GOOGLE_PROJECT', 'LIVE_GOOGLE_ZONE'],
  Cloudflare: ['LIVE_CLOUDFLARE_ZONE_ID', 'LIVE_CLOUDFLARE_ZONE', 'CLOUDFLARE_API_TOKEN'],
} as const;

const all: readonly string[] = Object.values(needed).flat();

/** Zones that are made to be thrown away are called so. */
export const THROW_AWAY = 'dns-cutover-';

/**
 * The variables of a service, in the order of the table; null when nobody wants to meet it. A run that was
 * meant to be live and was not would pass without having shown anything.
 * @throws Error for a variable that is missing, or that nobody knows
 */
export function liveVariables(
  service: keyof typeof needed,
  env: NodeJS.ProcessEnv,
): readonly string[] | null {
  if (env['LIVE'] !== '1') return null;
  const set = Object.keys(env).filter(name => name.startsWith('LIVE_') && env[name] !== '');
  const odd = set.filter(name => !all.includes(name));
  if (odd.length > 0) throw new Error(`LIVE=1 with ${odd.join(', ')}: no service has these`);
  const names: readonly string[] = needed[service];
  // Another service is meant, and only that.
  if (set.length > 0 && !set.some(name => names.includes(name))) return null;
  const values = names.map(name => env[name] ?? '');
  const missing = names.filter((_, at) => values[at] === '');
  if (missing.length > 0) throw new Error(`LIVE=1 without ${missing.join(', ')}`);
  return values;
}

/** Nobody delegates below these names (RFC 6761 6.2, 6.4 and 6.5). */
const RESERVED = /\.(?:test|example|invalid)\.?$/;

/** @throws Error for a zone that somebody may be using: everything that the suite meets in it changes */
export function assertThrowAway(variable: string, zone: string): void {
  if (zone.startsWith(THROW_AWAY) || RESERVED.test(zone)) return;
  throw new Error(
    `${variable} must begin with ${THROW_AWAY}, or end in .test, .example or .invalid: ` +
      'the suite changes what is in it',
  );
}
