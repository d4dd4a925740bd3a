import { defineConfig } from 'vite';

/** The page's files, with names that change with what is in them: `src/page/assets.ts` serves them from memory. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  oxc: {
    jsx: { runtime: 'automatic', importSource: 'preact' },
    // An import of nothing but types would stay one, and bring the whole program along.
    typescript: { onlyRemoveTypeImports: false },
  },
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // A name of its own for each file: what lies in a style sheet as data: the policy of the page refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { client: 'src/page/client.tsx', page: 'src/page/styles.css' },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
});
