// Which room may import which, and no import cycles; type imports count. Tests may import every room, and examples.
import { dirname, join, normalize } from 'node:path';
import { isTest, type Rule, roomOf, withoutComments } from './sources.ts';

const shared = ['kit', 'api', 'client'];
const everything = [
  ...shared,
  ...[
    'store',
    'apiserver',
    'controllers',
    'scheduler',
    'kubelet',
    'cri',
    'csi',
    'network',
    'gateway',
    'storage',
    'registry',
  ],
  ...['kubectl', 'dashboard', 'cluster'],
];

/** What each room may import besides itself. A room that is not listed may not exist. Nothing that ships imports `sim`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  api: ['kit'],
  store: ['kit'],
  client: ['kit', 'api'],
  apiserver: ['kit', 'api', 'store'],
  cri: ['kit'],
  csi: ['kit'],
  controllers: [...shared, 'csi'],
  scheduler: shared,
  kubelet: [...shared, 'cri', 'csi'],
  network: shared,
  gateway: shared,
  storage: [...shared, 'csi'],
  registry: shared,
  kubectl: shared,
  dashboard: shared,
  cluster: everything,
  cli: everything,
  sim: everything,
};

/** The files that `source` imports by relative path, statically or not. */
export function importsOf(file: string, source: string): string[] {
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?from\s+'(\.[^']+)'|^\s*import\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/gm;
  return [...withoutComments(source).matchAll(pattern)].map((match) =>
    normalize(join(dirname(file), (match[1] ?? match[2] ?? match[3])!)),
  );
}

/** What runs in browsers: nobody else's, and it has nothing of what runs in servers but `kit` and `api`. */
const WEB = 'src/dashboard/web/';

function isAllowed(file: string, target: string): boolean {
  if (target.startsWith(WEB)) return file.startsWith(WEB) || isTest(file);
  if (file.startsWith(WEB) && !isTest(file))
    return ['kit', 'api'].includes(roomOf(target)) && !isTest(target);
  const from = roomOf(file);
  const to = roomOf(target);
  if (target.startsWith('examples/')) return isTest(file);
  if (!target.startsWith('src/')) return false;
  if (isTest(target) && !isTest(file) && from !== 'sim') return false;
  return from === to || isTest(file) || (allowed[from]?.includes(to) ?? false);
}

export const roomsKeepApart: Rule = (sources) =>
  [...sources]
    .filter(([file]) => file.startsWith('src/'))
    .flatMap(([file, source]) => [
      ...(allowed[roomOf(file)]
        ? []
        : [{ file, message: 'is in a room that tools/boundaries does not know' }]),
      ...importsOf(file, source)
        .filter((target) => !isAllowed(file, target))
        .map((target) => ({ file, message: `may not import ${target}` })),
    ]);

/** Depth-first: an import of a file that is still being visited closes a cycle. */
export const noCycles: Rule = (sources) => {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    state.set(file, 'open');
    path.push(file);
    for (const next of importsOf(file, sources.get(file) ?? '')) {
      if (state.get(next) === 'open') found.push([...path.slice(path.indexOf(next)), next]);
      else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(file, 'done');
  };
  for (const file of sources.keys()) if (!state.has(file)) visit(file);
  return found.map((cycle) => ({ file: cycle[0]!, message: `import cycle: ${cycle.join(' → ')}` }));
};
