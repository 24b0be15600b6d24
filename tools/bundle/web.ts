// Bundles the dashboard's page into dist/dashboard/: scripts and styles with a hash in their names, compressed already, and files.json,
// which says what there is. A folder's worth of small chunks: the first view loads few, the editor, terminal and charts come on demand.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

export interface File {
  /** Below dist/. */
  readonly path: string;
  readonly contents: Uint8Array;
}

const WEB = 'src/dashboard/web';
const TARGET = ['es2023', 'chrome123', 'firefox120', 'safari17.5'];
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** Styles of whatever is imported, at any time, are one file that the page loads at once: esbuild loads none with a chunk. */
function collectStyles(found: Set<string>): Plugin {
  return {
    name: 'collect-styles',
    setup({ onLoad }) {
      onLoad({ filter: /\.css$/ }, ({ path }) => {
        found.add(path);
        return { contents: '', loader: 'js' };
      });
    },
  };
}

/** main.css first: it has the colours. */
async function styles(root: string, found: Iterable<string>): Promise<string> {
  const main = (path: string) => (path.endsWith('/main.css') ? 0 : 1);
  const sorted = [...found].sort((a, b) => main(a) - main(b) || (a < b ? -1 : 1));
  const { outputFiles } = await build({
    stdin: {
      contents: sorted.map((path) => `@import ${JSON.stringify(path)};`).join('\n'),
      loader: 'css',
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    target: TARGET,
    logLevel: 'warning',
    write: false,
  });
  return outputFiles[0]!.text;
}

export async function webFiles(root: string): Promise<File[]> {
  const styled = new Set<string>();
  const { outputFiles, metafile } = await build({
    entryPoints: { main: `${WEB}/main.tsx` },
    outdir: 'assets',
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: 'browser',
    format: 'esm',
    target: TARGET,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    metafile: true,
    plugins: [collectStyles(styled)],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    logLevel: 'warning',
    write: false,
  });
  const files = new Map<string, Uint8Array>();
  for (const { path, contents } of outputFiles)
    files.set(`assets/${path.slice(path.lastIndexOf('/') + 1)}`, contents);
  const css = await styles(root, styled);
  const style = `assets/main-${createHash('sha256').update(css).digest('hex').slice(0, 8).toUpperCase()}.css`;
  files.set(style, Buffer.from(css));
  const [script, entry] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === `${WEB}/main.tsx`,
  )!;
  files.set('index.html', Buffer.from(page(root, nameOf(script), nameOf(style), entry.imports)));
  return [...(await Promise.all([...files].map(compressed))).flat(), list([...files.keys()])];
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The page names its script and style, and what the script imports at once, so that all of it is asked for together. */
function page(
  root: string,
  script: string,
  style: string | undefined,
  imports: { path: string; kind: string }[],
) {
  const early = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => nameOf(path));
  const tags = [
    `<link rel="stylesheet" href="/dashboard/assets/${style}" />`,
    ...early.map((name) => `<link rel="modulepreload" href="/dashboard/assets/${name}" />`),
    `<script type="module" src="/dashboard/assets/${script}"></script>`,
  ];
  const html = readFileSync(`${root}/${WEB}/index.html`, 'utf8');
  return html.replace('<!-- assets -->', tags.join('\n    '));
}

async function compressed([name, contents]: [string, Uint8Array]): Promise<File[]> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(contents, quality),
    promisify(gzip)(contents, { level: 9 }),
  ]);
  return [
    { path: `dashboard/${name}.br`, contents: br },
    { path: `dashboard/${name}.gz`, contents: gz },
  ];
}

function list(names: readonly string[]): File {
  const types = [...names].sort().map((name) => [name, TYPES[name.slice(name.lastIndexOf('.') + 1)]!]);
  return { path: 'dashboard/files.json', contents: Buffer.from(JSON.stringify(Object.fromEntries(types))) };
}
