// Bundles what users start into dist/: the command, the control plane's process and the store's worker. What several
// of them need stands in chunks of its own, so that each process loads only its own code.
// Types are checked elsewhere; this only makes start-up quick.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const started = performance.now();
const { outputFiles } = await build({
  entryPoints: {
    tiphys: 'src/cli/main.ts',
    'control-plane': 'src/cluster/control-plane/main.ts',
    'store-worker': 'src/store/sqlite/worker.ts',
  },
  splitting: true,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  absWorkingDir: new URL('..', import.meta.url).pathname,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  // Packages that are CommonJS call require() at run time.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  write: false,
});
// Whole or not at all: another process may be about to start from the old one.
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
console.error(`Built dist/tiphys.mjs in ${Math.round(performance.now() - started)} ms`);
