import { type YAMLError } from 'yaml';
import { type Problem, show } from './problem.ts';

type Syntax = Omit<Problem, 'where'>;

/** What people get wrong most, by the parser's code. */
const known: Partial<Record<string, Syntax>> = {
  TAB_AS_INDENT: {
    found: 'a tab as indentation',
    expected: 'spaces',
    fix: 'Indent with spaces; YAML allows no tabs there.',
  },
  MULTIPLE_DOCS: {
    found: 'a second document',
    expected: 'one document in the file',
    fix: 'Remove the line of three dashes, or put the rest into a file of its own.',
  },
  RESOURCE_EXHAUSTION: {
    found: 'nesting without end',
    expected: 'a configuration',
    fix: 'Look for brackets that are not closed, or for a wrong file.',
  },
  TAG_RESOLVE_FAILED: {
    found: 'a tag',
    expected: 'a plain value',
    fix: 'Remove the word that begins with an exclamation mark, or put the value into quotes.',
  },
  BAD_ALIAS: {
    found: 'an alias',
    expected: 'a plain value',
    fix: 'Write the value out, or put it into quotes if it begins with an asterisk.',
  },
};

/** An error or warning of the YAML parser in our words; what we have no words for keeps its own. */
export function syntaxProblem(error: YAMLError): Syntax {
  const own = known[error.code];
  if (own !== undefined) return own;
  // The domain itself is written so in zone files, and everybody forgets the quotes once.
  const [, reserved] = /cannot start with reserved character (\S)/.exec(error.message) ?? [];
  if (reserved !== undefined)
    return {
      found: `a value that begins with ${reserved}, without quotes`,
      expected: 'a plain value, or one in quotes',
      fix: reserved === '@' ? "Put it into quotes: '@'." : 'Put it into quotes.',
    };
  return {
    found: `broken YAML (${show(error.message)})`,
    expected: 'a key, a colon and a value on each line',
    fix: 'Look at this line and the one before it: indentation, quotes and brackets.',
  };
}

/**
 * What is wrong with a text that shall be JSON, and at which offset; null where it is JSON, or where
 * the parser does not tell. YAML's advice would be wrong there, although YAML reads JSON as well.
 */
export function jsonProblem(text: string): (Syntax & { readonly at: number | null }) | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, what = error.message, at] =
      /^(.*?)(?: in JSON)? at position (\d+)/s.exec(error.message) ?? [];
    const end = text.trimEnd().length;
    const ended = what.includes('end of JSON input') || Number(at ?? 0) >= Math.max(end, 1);
    return {
      found: ended ? 'broken JSON (it ends too early)' : `broken JSON (${show(what)})`,
      expected: 'JSON',
      fix: 'Look at this line and the one before it: commas, quotes and brackets.',
      at: ended ? end : at === undefined ? null : Number(at),
    };
  }
}
