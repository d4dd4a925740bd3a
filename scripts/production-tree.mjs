// Makes the tree that runs in production, and nothing else: node scripts/production-tree.mjs OUT [--link]
// From a checkout that was built: dist/ with the page, the packages that package-lock.json does not mark as
// for development, config/ and the documents. --link makes hard links where that is possible.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const [out, how] = process.argv.slice(2);
if (out === undefined || (how !== undefined && how !== '--link')) {
  console.error('usage: node scripts/production-tree.mjs OUT [--link]');
  process.exit(64);
}
const root = resolve(import.meta.dirname, '..');
const target = resolve(out);
if (existsSync(target) && readdirSync(target).length > 0) {
  console.error(`${target} is not empty: what is there would be mixed with what is made`);
  process.exit(1);
}
for (const made of ['dist/src/cli.js', 'dist/page/manifest.json'])
  if (!existsSync(join(root, made))) {
    console.error(`${made} is missing: run npm run build`);
    process.exit(1);
  }

/** Node runs no TypeScript below node_modules, and reads maps only when it is told to. */
const needless = /\.(?:map|[cm]?ts|tsx|flow)$/;
/** Licences stay wherever they are; other prose is for whoever reads the package's source. */
const prose = /\.(?:md|markdown)$/i;
const licence = /licen[cs]e|notice|copying/i;

function copyFile(from, to) {
  if (how === '--link')
    try {
      linkSync(from, to);
      return;
    } catch {
      // On another file system it is copied.
    }
  copyFileSync(from, to);
}

/** Copies what `keeps` says of a folder; packages inside packages are entries of the lock file themselves. */
function copy(from, to, keeps) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, place] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name !== 'node_modules') copy(source, place, keeps);
    else if (entry.isFile() && keeps(entry.name)) copyFile(source, place);
  }
}

const isCode = name => !needless.test(name) && (!prose.test(name) || licence.test(name));
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

mkdirSync(target, { recursive: true });
let count = 0;
for (const [place, { dev, devOptional, peer, optional }] of Object.entries(packages)) {
  if (place === '' || dev || devOptional || peer) continue;
  const source = join(root, place);
  if (!existsSync(source)) {
    if (optional) continue;
    console.error(`${place} is missing: run npm ci`);
    process.exit(1);
  }
  mkdirSync(dirname(join(target, place)), { recursive: true });
  copy(source, join(target, place), isCode);
  count += 1;
}
for (const folder of readdirSync(join(root, 'dist')).filter(name => name !== 'test'))
  copy(
    join(root, 'dist', folder),
    join(target, 'dist', folder),
    name => !/\.(?:map|d\.ts)$/.test(name),
  );
copy(join(root, 'config'), join(target, 'config'), () => true);
copy(join(root, 'docs'), join(target, 'docs'), name => prose.test(name));
copyFile(join(root, 'LICENSE'), join(target, 'LICENSE'));
const { name, version, description, license, type, engines, bin, dependencies } = project;
const own = {
  name,
  version,
  description,
  license,
  private: true,
  type,
  engines,
  bin,
  dependencies,
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
console.log(`${target}: ${count} packages`);
