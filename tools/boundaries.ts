// Checks the import law: which room may import which, no import cycles (type imports count), time and chance only in kit.
// Run by `npm run check`; prints each violation and exits with 1 when there is any.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const leaf = ['kit', 'api', 'client'];
const everything = [
  ...leaf,
  ...['store', 'apiserver', 'controllers', 'scheduler', 'kubelet', 'cri', 'network', 'gateway', 'storage'],
  ...['kubectl', 'dashboard', 'cluster', 'cli', 'sim'],
];

/** What each room may import besides itself. A room that is not listed may import nothing. */
const allowed: Record<string, readonly string[]> = {
  kit: [],
  api: ['kit'],
  store: ['kit'],
  client: ['kit', 'api'],
  apiserver: ['kit', 'api', 'store'],
  cri: ['kit'],
  controllers: leaf,
  scheduler: leaf,
  kubelet: [...leaf, 'cri'],
  network: leaf,
  gateway: leaf,
  storage: leaf,
  kubectl: leaf,
  dashboard: leaf,
  cluster: everything,
  cli: everything,
  sim: everything,
};

/** Time and chance are injected: only kit may touch these. */
const forbiddenNames =
  /(?<!\.)\b(Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|crypto\.randomUUID|randomUUID|process\.hrtime|performance\.now)(?!\w)/;

const isTest = (file: string) => /\.(test|contract|bench|fake)\.ts$/.test(file) || /\/testing\//.test(file);
const roomOf = (file: string) => file.split('/')[1] ?? '';

function importsOf(file: string, source: string): string[] {
  const found: string[] = [];
  for (const match of source.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/gm,
  ))
    found.push(normalize(join(dirname(file), (match[1] ?? match[2])!)));
  return found;
}

function lawBroken(file: string, target: string): boolean {
  const from = roomOf(file);
  const to = roomOf(target);
  if (!target.startsWith('src/')) return true;
  if (from === to || isTest(file)) return false;
  return !(allowed[from] ?? []).includes(to);
}

/** One cycle as a list of files, or undefined. */
function findCycles(graph: Map<string, string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string) => {
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === 'open') cycles.push([...path.slice(path.indexOf(next)), next]);
      else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return cycles;
}

const problems: string[] = [];
const graph = new Map<string, string[]>();
for (const file of globSync('src/**/*.ts')) {
  const source = readFileSync(file, 'utf8');
  const imports = importsOf(file, source);
  graph.set(file, imports);
  for (const target of imports)
    if (lawBroken(file, target)) problems.push(`${file} may not import ${target}`);
  if (roomOf(file) === 'kit' || isTest(file)) continue;
  source.split('\n').forEach((line, i) => {
    const name = line.replace(/\/\/.*$|^\s*\*.*$/, '').match(forbiddenNames)?.[1];
    if (name) problems.push(`${file}:${i + 1} uses ${name}; take a Clock or a Random`);
  });
}
for (const cycle of findCycles(graph)) problems.push(`import cycle: ${cycle.join(' → ')}`);
for (const problem of problems) console.error(problem);
console.log(`boundaries: ${graph.size} files, ${problems.length} violations`);
process.exitCode = problems.length ? 1 : 0;
