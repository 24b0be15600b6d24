// Writes docs/api-coverage.md: every resource, verb and subresource that the API server offers, and the test files to look at.
// Everything is found in the source: what is offered in the definitions of kinds, the tests by what their text names.
// `node tools/api-coverage.ts` writes the page. It keeps the files that the page names as long as they name the resource, so that a new
// test elsewhere does not change it; api-coverage.test.ts fails when what is offered has changed, or a file does not fit any more.

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { subresourcesOf } from '../src/api/discovery/documents.ts';
import { NodeMetrics, PodMetrics } from '../src/api/kinds/metrics/v1beta1/metrics.ts';
import { type AnyResource, allVerbs, apiVersionOf } from '../src/api/meta/v1/resource.ts';
import { builtInKinds } from '../src/api/scheme/kinds.ts';
import { otherKinds } from '../src/api/scheme/other-kinds.ts';
import { otherVersions } from '../src/api/scheme/other-versions.ts';

export const PAGE = 'docs/api-coverage.md';
/** Sends every verb to every resource that can be deleted, and to their subresources status and scale. */
const EVERY_KIND = 'test/e2e/every-kind.test.ts';
const EVERY_SUBRESOURCE = new Set(['status', 'scale']);
/** Test files that are named for one resource. */
const MOST_FILES = 4;

/** Those without a stable version, and further versions, come last. */
export const allKinds: readonly AnyResource[] = [
  ...builtInKinds,
  NodeMetrics,
  PodMetrics,
  ...otherKinds,
  ...otherVersions,
];

export interface TestFile {
  readonly path: string;
  readonly text: string;
}

const pathOf = ({ group, version }: AnyResource['resource']): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

/** A segment of a path in a string: `/pods/`, `/pods?`, or at the end of the string or of a part of it. */
const segment = (text: string, name: string): boolean =>
  ['/', '?', "'", '`', '"', '$'].some((end) => text.includes(`/${name}${end}`));

/** Whether a test calls the kind by its path, or passes it to a client. */
function names({ text }: TestFile, { resource }: AnyResource): boolean {
  const { kind, plural } = resource;
  if (text.includes(pathOf(resource)) && segment(text, plural)) return true;
  const passed = [`(${kind},`, `(${kind})`].some((call) => text.includes(call));
  return passed && text.includes(`kinds/${resource.group.split('.')[0] || 'core'}/${resource.version}/`);
}

/** The files that the page names for a row already, then those whose names say what it is about, then by name. */
function listed(
  files: readonly TestFile[],
  subject: string,
  before: readonly string[],
  fills: boolean,
): string {
  const rank = ({ path }: TestFile) =>
    before.includes(path)
      ? 0
      : path.replaceAll('-', '').toLowerCase().includes(subject.toLowerCase())
        ? 1
        : 2;
  const sorted = files
    .filter((file) => fills || rank(file) === 0)
    .toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const shown = sorted.slice(0, MOST_FILES).map(({ path }) => path);
  return shown
    .sort()
    .map((path) => `\`${path}\``)
    .join(', ');
}

/** The files that a page names, by resource and version. */
function namedOn(page: string): (name: string, version: string) => string[] {
  const rows = new Map<string, string[]>();
  for (const line of page.split('\n')) {
    const [, name, version, , , tests = ''] = line.split('|').map((cell) => cell.trim());
    rows.set(
      `${name} ${version}`,
      tests.split('`').filter((_, i) => i % 2 === 1),
    );
  }
  return (name, version) => rows.get(`${name} ${version}`) ?? [];
}

/** `before` is the page as it is. Without `fills` only files that it names already are named. */
export function coveragePage(
  kinds: readonly AnyResource[],
  files: readonly TestFile[],
  before: string,
  fills: boolean,
): string {
  const named = namedOn(before);
  const all = files.filter(({ path }) => path !== EVERY_KIND && path !== 'tools/api-coverage.test.ts');
  const rows = kinds.flatMap((kind) => {
    const { resource } = kind;
    const about = all.filter((file) => names(file, kind));
    const verbs: readonly string[] = resource.verbs ?? allVerbs;
    const whole = verbs.includes('delete');
    const version = apiVersionOf(resource);
    const row = (
      name: string,
      offered: readonly string[],
      every: boolean,
      tests: readonly TestFile[],
      subject: string,
    ) => {
      const found = listed(tests, subject, named(name, version), fills) || '–';
      return `| ${name} | ${version} | ${[...offered].sort().join(' ')} | ${every ? 'yes' : '–'} | ${found} |`;
    };
    return [
      row(resource.plural, verbs, whole, about, resource.kind),
      ...subresourcesOf(resource).map(([name, { verbs: offered }]) =>
        row(
          `${resource.plural}/${name}`,
          offered,
          whole && EVERY_SUBRESOURCE.has(name),
          about.filter(({ text }) => segment(text, name) || text.includes(`subresource: '${name}'`)),
          name,
        ),
      ),
    ];
  });
  return `${HEAD}${rows.join('\n')}\n`;
}

const HEAD = `# What the API offers, and where its tests are

Made by \`tools/api-coverage.ts\`; do not edit. The resources, verbs and subresources are those of the definitions of built-in kinds,
from which routes and discovery are derived. Alpha and beta versions are served with \`--runtime-config\`. Custom resources have all
verbs: \`test/e2e/custom-resources.test.ts\`.

**Every kind**: \`${EVERY_KIND}\` sends every verb of the resource to a real server (list, watch, dry and real creation, get, table,
partial metadata, update, four patches, deletion, deletion of a collection) and checks the answers; of status it reads, patches and
updates, of scale it reads.

**Tests**: up to four files that call the resource by its path, or pass its kind to a client. This is found by the text of the files, not by
running them: a file that is named is where to look; it does not say that each verb of the row is asserted there.

| Resource | Version | Verbs | Every kind | Tests |
| --- | --- | --- | --- | --- |
`;

export const testFiles = (): TestFile[] =>
  globSync('{src,test}/**/*.test.ts')
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

export const readPage = (): string => (existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '');

if (import.meta.main) writeFileSync(PAGE, coveragePage(allKinds, testFiles(), readPage(), true));
