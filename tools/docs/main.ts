// `npm run docs`: builds the site into dist/docs/, and fails when a link leads nowhere. `npm run docs -- --serve` shows it on the loopback
// afterwards (`--port 8000` says where).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundledAssets } from './assets.ts';
import { buildSite } from './build.ts';
import { serve } from './serve.ts';
import { allSources, files, readme } from './sources.ts';

const { values } = parseArgs({
  options: { serve: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
});
const target = new URL('../../dist/docs/', import.meta.url).pathname;
const site = buildSite(await allSources(), readme(), files, await bundledAssets());
rmSync(target, { recursive: true, force: true });
for (const [path, content] of site.files) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), content);
}
for (const problem of site.problems) console.error(problem);
const pages = [...site.files.keys()].filter((path) => path.endsWith('.html')).length;
console.log(`${pages} pages in ${target}index.html, ${site.problems.length} problems`);
if (site.problems.length > 0) process.exitCode = 1;
if (values.serve) {
  const server = serve(site.files);
  server.listen(Number(values.port), '127.0.0.1', () =>
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  );
}
