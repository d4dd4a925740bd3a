const TYPE = 'MetadataLookupWarning';

/** How a process gives warnings, as a property that can be replaced. */
interface Warning {
  emitWarning: (warning: string | Error, ...rest: never[]) => void;
}
const own: Warning = process;

/**
 * Runs a search for credentials without the one warning of Google's library that no metadata server
 * answers (gcp-metadata, `isAvailable`): on every machine outside Google's cloud that is as it should be,
 * and our own fault says that there are no credentials. All other warnings are given as ever.
 */
export async function withoutLookupWarning<T>(search: () => Promise<T>): Promise<T> {
  const before = own.emitWarning;
  let under = true;
  const quiet = (warning: string | Error, ...rest: readonly unknown[]): void => {
    if (!under || rest[0] !== TYPE) Reflect.apply(before, process, [warning, ...rest]);
  };
  own.emitWarning = quiet;
  try {
    return await search();
  } finally {
    // A search that began later may lie on top and stays; this one lets everything through from now on.
    under = false;
    if (own.emitWarning === quiet) own.emitWarning = before;
  }
}
