// Which files are no sources: rules as .gitignore and .dockerignore write them. The last rule that fits decides. Pure; called by
// what watches sources and what packs them.
import { type Glob, matchesNames, parseGlob } from './glob.ts';

export type IgnoreStyle = 'git' | 'docker';

interface Rule {
  readonly glob: Glob;
  /** `!pattern`: what fits is a source after all. */
  readonly negated: boolean;
  /** `pattern/`. */
  readonly directoriesOnly: boolean;
}

export interface IgnoreRules {
  readonly rules: readonly Rule[];
  /** There is a rule with `!`: what is in an ignored directory may be a source. */
  readonly hasExceptions: boolean;
}

/** Rules of one file. */
const MOST_RULES = 1000;
/** Characters of one file. */
const MOST_TEXT = 256 * 1024;

export function parseIgnore(text: string, style: IgnoreStyle): IgnoreRules {
  if (text.length > MOST_TEXT) throw new Error(`more than ${MOST_TEXT} characters`);
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ruleOf(line, style));
  if (rules.length > MOST_RULES) throw new Error(`more than ${MOST_RULES} rules`);
  // Never a source, and written to all the time.
  const always = { glob: parseGlob('**/.git'), negated: false, directoriesOnly: false };
  return { rules: [always, ...rules], hasExceptions: rules.some(({ negated }) => negated) };
}

export const NO_RULES = parseIgnore('', 'git');

function ruleOf(line: string, style: IgnoreStyle): Rule {
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  const directoriesOnly = style === 'git' && pattern.endsWith('/');
  const inner = pattern.endsWith('/') ? pattern.slice(0, -1) : pattern;
  // git: a name without a slash fits at any depth. Docker: every pattern begins at the root.
  const anywhere = style === 'git' && !inner.includes('/');
  return { glob: parseGlob(anywhere ? `**/${inner}` : inner), negated, directoriesOnly };
}

/** Whether a path, relative to the place of the rules, or a directory that it lies in, is ignored. */
export function isIgnored({ rules }: IgnoreRules, path: string, isDirectory: boolean): boolean {
  const names = path.split('/');
  let ignored = false;
  for (let depth = 1; depth <= names.length; depth++) {
    const directory = depth < names.length || isDirectory;
    for (const rule of rules) {
      if (rule.negated === !ignored || (rule.directoriesOnly && !directory)) continue;
      if (matchesNames(rule.glob, names.slice(0, depth))) ignored = !rule.negated;
    }
  }
  return ignored;
}

/** Whether nothing in an ignored directory can be a source, so that nobody need look into it. */
export const isClosed = (rules: IgnoreRules, directory: string): boolean =>
  !rules.hasExceptions && isIgnored(rules, directory, true);
