import { type Pages } from '../../api/kit.ts';
import { Fault } from '../../errors.ts';

/** Node runs TypeScript as it is, but no components: they are compiled with everything else. */
const isUncompiled = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';

/** The page and its bundle, read once. @throws Fault UNAVAILABLE where it was not built */
export async function openPages(): Promise<Pages> {
  try {
    const [{ makePages }, { openAssets }] = await Promise.all([
      import('../../page/render.tsx'),
      import('../../page/assets.ts'),
    ]);
    return makePages(await openAssets());
  } catch (error) {
    if (!isUncompiled(error)) throw error;
    throw new Fault('UNAVAILABLE', 'the page is not compiled', {
      where: 'src/page',
      fix: 'run npm run build, and then dist/src/cli.js (npx dns-cutover) in the place of src/cli.ts',
      cause: error,
    });
  }
}
