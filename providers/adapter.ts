import { type TSchema } from 'typebox';
import { type Chance, type Clock } from '../src/clock.ts';
import { type Provider } from '../src/provider.ts';
import { type Secret } from '../src/secret.ts';

/** What every adapter is given besides its own settings. */
export interface ProviderEnvironment {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Reads the secret that a setting names, at the moment it is needed. */
  readonly secret: (file: string) => Promise<Secret>;
}

/** One kind of provider: `type:` in the configuration. */
export interface Adapter {
  /** JSON schema of its settings, without `type`. Unknown keys are errors. */
  readonly settings: TSchema;
  /** Settings that name secret files, as paths into the settings: checked by `validate`. */
  readonly secrets: readonly (readonly string[])[];
  /** Loads the adapter, and only then its SDK. `name` is the entry under `providers:`. */
  open(name: string, settings: unknown, environment: ProviderEnvironment): Promise<Provider>;
}
