// The texts that -f names: files, folders, patterns, URLs, standard input. Read when their turn comes. Called by builder.ts.
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Io, readStdin } from '../io/io.ts';

export interface TextSource {
  /** As errors name it: the path as it was given, a URL, STDIN. */
  readonly source: string;
  read(): Promise<string>;
}

export interface TextSources {
  readonly texts: readonly TextSource[];
  /** One file and nothing else was named. */
  readonly single: boolean;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

export function textSources(names: readonly string[], recursive: boolean, io: Io): TextSources {
  const texts: TextSource[] = [];
  let stdin = false;
  let several = false;
  for (const name of names) {
    if (name === '-') {
      if (stdin) throw new Error('standard input cannot be used for multiple arguments');
      stdin = true;
      texts.push({ source: 'STDIN', read: () => readStdin(io) });
    } else if (/^https?:\/\//.test(name)) {
      texts.push({ source: name, read: async () => (await import('./url.ts')).readUrl(name, io) });
    } else {
      for (const path of expanded(name, io.cwd)) {
        const files = filesBelow(path, recursive, io.cwd);
        if (files.length > 1) several = true;
        for (const file of files) texts.push({ source: file, read: async () => readText(file, io.cwd) });
      }
      if (texts.length === 0)
        throw new Error(`error reading [${name}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`);
    }
  }
  return { texts, single: !stdin && !several && texts.length === 1 };
}

/** The name itself, or the paths that it matches as a pattern. */
function expanded(name: string, cwd: string): string[] {
  if (statSync(resolve(cwd, name), { throwIfNoEntry: false })) return [name];
  const found = /[*?[]/.test(name) ? globSync(name, { cwd }).sort() : [];
  if (found.length === 0) throw new Error(`the path ${JSON.stringify(name)} does not exist`);
  return found;
}

/** Files of a folder in the order of their names, with inner folders when recursive; a file itself whatever its extension. */
function filesBelow(path: string, recursive: boolean, cwd: string): string[] {
  const at = resolve(cwd, path);
  if (!statSync(at).isDirectory()) return [path];
  return readdirSync(at)
    .sort()
    .flatMap((name) => {
      const inner = join(path, name);
      if (statSync(join(at, name), { throwIfNoEntry: false })?.isDirectory())
        return recursive ? filesBelow(inner, true, cwd) : [];
      return EXTENSIONS.some((extension) => name.endsWith(extension)) ? [inner] : [];
    });
}

function readText(path: string, cwd: string): string {
  const bytes = readFileSync(resolve(cwd, path));
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
  return (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes).toString();
}
