// The scripts and the style of the site, bundled.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

export async function bundledAssets(): Promise<ReadonlyMap<string, string>> {
  const here = new URL('browser/', import.meta.url).pathname;
  const { outputFiles } = await build({
    entryPoints: { site: `${here}site.ts`, theme: `${here}theme.ts` },
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  const scripts = outputFiles.map(({ path, text }): [string, string] => [path.slice(1), text]);
  return new Map([...scripts, ['site.css', readFileSync(`${here}site.css`, 'utf8')]]);
}
