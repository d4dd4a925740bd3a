import { providers as builtIn } from '../../providers/index.ts';
import { type Json } from '../dns/rrset.ts';
import { type Config } from './config.ts';
import { type Path } from './document.ts';
import { type Adapters } from './providers.ts';
import { valueAt } from './validate.ts';
import { isObject } from '../object.ts';

/**
 * Every value that is in force with its origin, as `{ value, from }` at each leaf; `from` is
 * `file:line:column` or `default`. Secrets are shown by the file that holds them.
 */
export function effective(config: Config, adapters: Adapters = builtIn): Json {
  const { complete } = config;
  const providers = Object.fromEntries(
    Object.entries(config.providers).map(([name, { type, settings }]) => {
      const secrets = adapters[type]?.secrets.map(({ path }) => path) ?? [];
      const entry = { type, ...settings };
      return [name, leaves({ config, secrets }, { path: ['providers', name], value: entry })];
    }),
  );
  const rest = Object.fromEntries(
    Object.entries(complete)
      .filter(([key]) => key !== 'providers')
      .map(([key, value]) => [key, leaves({ config, secrets: [] }, { path: [key], value })]),
  );
  return { file: config.file, providers, ...rest };
}

interface Origin {
  readonly config: Config;
  /** Paths of secret files within the entry of a provider. */
  readonly secrets: readonly (readonly string[])[];
}

function leaves(
  origin: Origin,
  { path, value }: { readonly path: Path; readonly value: unknown },
): Json {
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        leaves(origin, { path: [...path, key], value: inner }),
      ]),
    );
  // A list of plain values is one value: whoever overrides it writes all of it.
  if (Array.isArray(value) && value.some(isObject))
    return value.map((inner: unknown, index) =>
      leaves(origin, { path: [...path, index], value: inner }),
    );
  const { document } = origin.config;
  const written = valueAt(document.value, path) !== undefined;
  return {
    value: isSecret(origin, path) ? `‹set: ${String(value)}›` : (value as Json),
    from: written ? document.where(path) : 'default',
  };
}

function isSecret({ secrets }: Origin, path: Path): boolean {
  if (path[0] === 'webhooks') return path.at(-1) === 'secretFile';
  if (path[0] !== 'providers') return false;
  const inner = path.slice(2).join('\n');
  return secrets.some(secret => secret.join('\n') === inner);
}
