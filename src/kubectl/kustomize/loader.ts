// Reads the files of one directory of a kustomization. Files lie in or below it; bases may lie elsewhere, but not above a directory
// that is being read. What one run reads is limited.
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';

const MOST_BYTES = 256 * 1024 * 1024;
const MOST_FILES = 10_000;
const DEEPEST = 100;
const FETCH_MS = 27_000;

/** The server said no: whatever the path is, it is no directory. */
export class HttpError extends Error {}

interface Used {
  bytes: number;
  files: number;
}

export interface LoaderOptions {
  /** `--load-restrictor=LoadRestrictionsNone`: files may lie anywhere. */
  readonly anywhere?: boolean;
}

export class Loader {
  readonly root: string;
  readonly #referrer: Loader | undefined;
  readonly #options: LoaderOptions;
  readonly #used: Used;

  private constructor(root: string, referrer: Loader | undefined, options: LoaderOptions, used: Used) {
    this.root = root;
    this.#referrer = referrer;
    this.#options = options;
    this.#used = used;
  }

  static async at(path: string, options: LoaderOptions): Promise<Loader> {
    return new Loader(await directory(path), undefined, options, { bytes: 0, files: 0 });
  }

  /** Another directory, named relative to this one. */
  async below(path: string): Promise<Loader> {
    if (path === '') throw new Error('new root cannot be empty');
    if (isRemote(path) || path.includes('://') || path.startsWith('git@'))
      throw new Error(`git repositories are not supported: '${path}'`);
    if (isAbsolute(path)) throw new Error(`new root '${path}' cannot be absolute`);
    const root = await directory(join(this.root, path)).catch((error: Error) => {
      throw new Error(`must build at directory: ${error.message}`);
    });
    let depth = 0;
    for (let visited: Loader | undefined = this; visited; visited = visited.#referrer) {
      if (isWithin(visited.root, root))
        throw new Error(`cycle detected: candidate root '${root}' contains visited root '${visited.root}'`);
      if (++depth > DEEPEST) throw new Error(`more than ${DEEPEST} kustomizations refer to one another`);
    }
    return new Loader(root, this, this.#options, this.#used);
  }

  async read(path: string): Promise<Buffer> {
    if (++this.#used.files > MOST_FILES) throw new Error(`a kustomization may read ${MOST_FILES} files`);
    const content = isRemote(path) ? await fetched(path) : await this.#file(path);
    this.#used.bytes += content.length;
    if (this.#used.bytes > MOST_BYTES) throw new Error(`a kustomization may read ${MOST_BYTES} bytes`);
    return content;
  }

  async #file(given: string): Promise<Buffer> {
    const path = isAbsolute(given) ? given : join(this.root, given);
    const real = await realpath(path).catch(() => {
      throw new Error(missing(path));
    });
    const info = await stat(real);
    if (!info.isFile()) throw new Error(`'${path}' must resolve to a file`);
    if (!this.#options.anywhere && !isWithin(real, this.root))
      throw new Error(`security; file '${path}' is not in or below '${this.root}'`);
    if (info.size > MOST_BYTES) throw new Error(`${path}: a kustomization may read ${MOST_BYTES} bytes`);
    return readFile(real);
  }
}

const missing = (path: string): string =>
  `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`;
const isRemote = (path: string): boolean => path.startsWith('https://') || path.startsWith('http://');
const isWithin = (path: string, root: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

async function directory(path: string): Promise<string> {
  const real = await realpath(path).catch(() => {
    throw new Error(`not a valid directory: ${missing(path)}`);
  });
  if (!(await stat(real)).isDirectory()) throw new Error(`'${path}': file is not directory`);
  return real;
}

async function fetched(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok)
    throw new HttpError(`HTTP Error: status code ${response.status} (${response.statusText})`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    const bytes = Buffer.from(part as Uint8Array);
    size += bytes.length;
    if (size > MOST_BYTES) throw new Error(`${url}: a kustomization may read ${MOST_BYTES} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
