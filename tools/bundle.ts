// Bundles what users start into dist/: the command, the other processes and the workers of the store and of the door's relay. What
// only some commands need stands in chunks of its own, so that each process loads only its own code.
// Types are checked elsewhere; this only makes start-up quick. Files of earlier builds stay, for processes that run from them; with
// `--fresh`, for a package that is published, they go.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { webFiles } from './bundle/web.ts';

/**
 * Importing node:http as an ECMAScript module evaluates all of its lazy properties, among them those that load Node's whole
 * fetch implementation: 20 ms and 4 MB in every process. As a CommonJS module it leaves them alone.
 */
const lazyHttp: Plugin = {
  name: 'lazy-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http$/ }, () => ({ path: 'node:http', namespace: 'lazy-http' }));
    onLoad({ filter: /.*/, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http')",
    }));
  },
};

/** Of the clone; what a published package was built from. Empty outside a clone. */
function git(...words: string[]): string {
  const options = {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  try {
    return execFileSync('git', words, options as { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

const gitCommit = git('rev-parse', 'HEAD');
const isDirty = git('status', '--porcelain', '--untracked-files=no', 'src') !== '';
const built = {
  gitCommit,
  gitTreeState: gitCommit ? (isDirty ? 'dirty' : 'clean') : 'archive',
  buildDate: `${new Date().toISOString().slice(0, 19)}Z`,
};

const started = performance.now();
const bundle = (entryPoints: Record<string, string>) =>
  build({
    entryPoints,
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
    define: { TIPHYS_BUILD: JSON.stringify(built) },
    plugins: [lazyHttp],
    logLevel: 'warning',
    write: false,
  });
const root = new URL('..', import.meta.url).pathname;
const web = webFiles(root);
// Each on its own: the fewer files a process loads, the sooner it runs.
const bundles = await Promise.all([
  bundle({ tiphys: 'src/cli/main.ts' }),
  bundle({ kubectl: 'src/kubectl/entry.ts', 'tiphys-kubectl': 'src/cli/kubectl/main.ts' }),
  bundle({ 'control-plane': 'src/cluster/control-plane/main.ts' }),
  bundle({ 'simulated-nodes': 'src/cluster/simulated-nodes/main.ts' }),
  bundle({ registry: 'src/cluster/registry/main.ts' }),
  bundle({ 'store-worker': 'src/store/sqlite/worker.ts' }),
  bundle({ 'relay-worker': 'src/gateway/relay/worker.ts' }),
]);
// Whole or not at all: another process may be about to start from the old one.
const files = [
  ...bundles.flatMap(({ outputFiles }) => outputFiles),
  ...(await web).map(({ path, contents }) => ({ path: `${root}dist/${path}`, contents })),
];
if (process.argv.includes('--fresh')) rmSync(`${root}dist`, { recursive: true, force: true });
for (const { path, contents } of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
console.error(`Built dist/tiphys.mjs in ${Math.round(performance.now() - started)} ms`);
