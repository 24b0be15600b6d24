// Which files are copied into running containers, and where they are there. Pure; called by config.ts and plan.ts.
import { isObject } from '../../../api/patch/json.ts';
import { type Glob, matchesGlob, parseGlob, plainPrefix } from '../paths/glob.ts';

export interface SyncRule {
  readonly from: Glob;
  /** Names of `from` before the first pattern: they are left out in the container. */
  readonly prefix: readonly string[];
  /** `from` has no pattern: a file, or a directory with all that is in it. */
  readonly plain: boolean;
  /** An absolute path in the container. */
  readonly to: string;
}

const MOST_RULES = 100;

export function parseSyncRules(list: readonly unknown[], at: string): SyncRule[] {
  if (list.length > MOST_RULES) throw new Error(`${at}: there are more than ${MOST_RULES} rules`);
  return list.map((rule, i) => {
    const place = `${at}[${i}]`;
    if (!isObject(rule) || typeof rule.from !== 'string' || typeof rule.to !== 'string')
      throw new Error(`${place}: from and to are expected`);
    return syncRule(rule.from, rule.to, place);
  });
}

export function syncRule(from: string, to: string, at: string): SyncRule {
  if (!to.startsWith('/')) throw new Error(`${at}.to: an absolute path is expected`);
  if ([...from.split('/'), ...to.split('/')].includes('..')) throw new Error(`${at}: use paths without ..`);
  const glob = parseGlob(from);
  const plain = plainPrefix(glob);
  const names = from.split('/').filter((name) => name !== '' && name !== '.');
  return { from: glob, prefix: names.slice(0, plain), plain: plain === names.length, to };
}

/** Where a file of the project is in the container; undefined when no rule fits. */
export function syncTarget(rules: readonly SyncRule[], path: string): string | undefined {
  for (const rule of rules) {
    const target = targetOf(rule, path);
    if (target !== undefined) return target;
  }
  return undefined;
}

function targetOf({ from, prefix, plain, to }: SyncRule, path: string): string | undefined {
  const names = path.split('/');
  const fits = plain ? prefix.every((name, i) => names[i] === name) : matchesGlob(from, path);
  if (!fits) return undefined;
  const rest = names.slice(prefix.length).join('/');
  const base = to.endsWith('/') && to !== '/' ? to.slice(0, -1) : to;
  if (rest === '') return to.endsWith('/') ? `${base}/${names.at(-1)}` : base;
  return base === '/' ? `/${rest}` : `${base}/${rest}`;
}
