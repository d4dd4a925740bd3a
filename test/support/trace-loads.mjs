// Preloaded by a test: tells, when the process ends, which files of packages it has loaded.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded = new Set();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
process.on('exit', () => {
  writeFileSync(process.env.TRACE_LOADS ?? '', [...loaded].join('\n'));
});
