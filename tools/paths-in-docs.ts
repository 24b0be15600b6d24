// Which paths a page of documentation names: what stands in backticks and looks like a file or a folder of this
// repository, and what is linked to. Used by walks.test.ts.
import { dirname, join, normalize } from 'node:path';

const TOP = /^(src|test|tools|docs|bin|bench|examples)\//;
const FILE = /^[\w.-]+(\/[\w.-]+)*\.(ts|md)$/;
const FOLDER = /^[\w.-]+(\/[\w.-]+)*\/$/;

const PLACEHOLDER = /[^/]*([<*{…]|\b[A-Z]+\/).*$/;

/** Each as it stands on the page; a path from the top is cut before a placeholder such as `<group>` or `NODE/`. */
export function pathsNamed(page: string): string[] {
  const quoted = [...page.matchAll(/`([^`\s]+)`/g)].map(([, text]) => {
    const certain = text!.replace(PLACEHOLDER, '');
    return certain === text || TOP.test(certain) ? certain : '';
  });
  const linked = [...page.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, text]) => text!);
  const looksLikePath = (text: string) =>
    FILE.test(text) || FOLDER.test(text) || (TOP.test(text) && /^[\w./-]+$/.test(text));
  return [...new Set([...quoted.filter(looksLikePath), ...linked])];
}

/**
 * Whether the page `page` may name `path`: seen from the page's folder or one around it, from src, or as the end of the
 * path of something below the page's folder; pages in docs/ speak of all of src.
 */
export function exists(path: string, page: string, all: ReadonlySet<string>): boolean {
  const wanted = path.replace(/\/$/, '');
  const folders = ['src'];
  for (let folder = dirname(page); folders.at(-1) !== '.'; folder = dirname(folder)) folders.push(folder);
  if (folders.some((folder) => all.has(normalize(join(folder, wanted))))) return true;
  const below = page.startsWith('docs/') ? 'src/' : `${dirname(page)}/`;
  return [...all].some((one) => one.startsWith(below) && one.endsWith(`/${wanted}`));
}

export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** Titles in quotation marks after the file that has them: `file` “title”, “title”. */
export function testsNamed(text: string): NamedTest[] {
  const found: NamedTest[] = [];
  let file = '';
  for (const [, path, title] of text.matchAll(/`([^`\n]+)`|“([^”\n]+)”/g)) {
    if (path !== undefined) file = path;
    else if (title !== undefined && file.endsWith('.ts')) found.push({ file, title });
  }
  return found;
}
