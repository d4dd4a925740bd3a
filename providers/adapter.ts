import { type TSchema } from 'typebox';
import { type Chance, type Clock } from '../src/clock.ts';
import { type Name } from '../src/dns/name.ts';
import { type Provider } from '../src/provider.ts';
import { type Secret } from '../src/secret.ts';
import { type Account, type Rate } from './account.ts';

/** What every adapter is given besides its own settings. */
export interface ProviderEnvironment {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Reads the secret that a setting names, at the moment it is needed. */
  readonly secret: (file: string, form: SecretFile['form']) => Promise<Secret>;
  /** The budget of an account, shared by all that name the same one. */
  readonly account: (id: string, rate: Rate) => Account;
  /** The name servers to which the world is sent for this zone: the parent's NS records. */
  readonly delegation: (zone: Name, signal: AbortSignal) => Promise<readonly Name[]>;
}

/** A setting that names a file with a secret, and what the file holds. */
export interface SecretFile {
  readonly path: readonly string[];
  readonly form: 'base64' | 'text';
}

/** One kind of provider: `type:` in the configuration. */
export interface Adapter {
  /** JSON schema of its settings, without `type`. Unknown keys are errors. */
  readonly settings: TSchema;
  /** Settings that name secret files, as paths into the settings: checked by `validate`. */
  readonly secrets: readonly SecretFile[];
  /** Loads the adapter, and only then its SDK. `name` is the entry under `providers:`. */
  open(name: string, settings: unknown, environment: ProviderEnvironment): Promise<Provider>;
}
