import { type PresetAnswer } from '../config/init.ts';
import { listed, nearest } from '../config/nearest.ts';
import { Fault } from '../errors.ts';
import { isSelector } from '../mail/dkim.ts';
import { type Preset } from '../mail/presets/preset.ts';
import { presetById, presets } from '../mail/presets/presets.ts';
import { type Context } from './context.ts';
import { answer } from './init-provider.ts';
import { textOption, textsOption } from './parse.ts';
import { type Input } from './spec.ts';

const misuse = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** The preset of this name that a domain can move to. */
function named(id: string): Preset {
  const preset = presetById(id);
  if (preset?.generate != null) return preset;
  const known = presets.filter(({ generate }) => generate !== null).map(one => one.id);
  const meant = nearest(id, known);
  throw misuse(
    '--preset',
    preset === null
      ? `${JSON.stringify(id)} is no preset`
      : `${id} is only known as what a domain moves away from`,
    meant === null || preset !== null ? 'see dns-cutover help presets' : `did you mean ${meant}?`,
  );
}

/** `key=value`, each key once, and only what this preset takes. */
function given(preset: Preset, texts: readonly string[]): Map<string, string> {
  const inputs = new Map<string, string>();
  const keys = [...new Set([...preset.needs.map(({ key }) => key), 'spf'])];
  for (const text of texts) {
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(equals, 0)).trim();
    const value = text.slice(equals + 1).trim();
    if (key === '' || value === '')
      throw misuse('--need', `${JSON.stringify(text)} is not key=value`, 'write --need key=value');
    const isKnown = key.startsWith('dkim.')
      ? isSelector(key.slice(5))
      : keys.some(known => known === key);
    if (!isKnown)
      throw misuse(
        '--need',
        `${preset.id} does not take ${key}`,
        `one of: ${listed([...keys, 'dkim.SELECTOR'], 'or')}`,
      );
    if (inputs.has(key)) throw misuse('--need', `${key} was given twice`, 'give it once');
    inputs.set(key, value);
  }
  return inputs;
}

/** What `--preset` and `--need` say, with what is missing asked for on a terminal; null without `--preset`. */
export async function presetAnswer(context: Context, input: Input): Promise<PresetAnswer | null> {
  const id = textOption(input, 'preset');
  const needs = textsOption(input, 'need');
  if (id === null) {
    if (needs.length === 0) return null;
    throw misuse('--need', 'it belongs to a preset', 'add --preset NAME');
  }
  if (textsOption(input, 'to').length > 0)
    throw misuse('--to', 'a preset says where the mail goes', 'leave out --to or --preset');
  const preset = named(id);
  const inputs = given(preset, needs);
  for (const { key, what, shownBy, example, pattern } of preset.needs) {
    const value = await answer(context, inputs.get(key) ?? null, {
      // An example that was made from the domain would be typed as it stands, and be wrong.
      flag: `--need ${key}=VALUE`,
      question: `${preset.name} needs ${key}: ${what} (shown by: ${shownBy})?`,
    });
    const normal = value.toLowerCase().replace(/\.$/, '');
    if (!pattern.test(normal) && !(key === 'spf' && value === 'leave'))
      throw misuse(
        `--need ${key}`,
        `${JSON.stringify(value)} is not ${what}`,
        `write it like ${example}; shown by: ${shownBy}`,
      );
    inputs.set(key, value);
  }
  return { preset, inputs: Object.fromEntries(inputs) };
}
