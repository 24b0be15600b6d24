// The page's files as the bundle has made them: compressed already, with a hash in their names, so that browsers may keep them for ever.
// Only files that its list names are read; each once.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Headers, headerOf, type PageAnswer } from './ports.ts';
import { PAGE_HEADERS } from './security-headers.ts';

/** What the bundle writes into files.json: media types by path. `index.html` is the page itself. */
export type AssetList = Readonly<Record<string, string>>;

const FOR_EVER = 'public, max-age=31536000, immutable';

export class Assets {
  readonly #directory: string;
  #list: Promise<ReadonlyMap<string, string>> | undefined;
  readonly #read = new Map<string, Promise<Buffer>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The file at a path below /dashboard/; the page for a path that has no dot in its last part, since the page has routes of its own.
   *  Undefined for everything else. */
  async answer(path: string, headers: Headers): Promise<PageAnswer | undefined> {
    this.#list ??= readFile(join(this.#directory, 'files.json'), 'utf8').then(
      (text) => new Map(Object.entries(JSON.parse(text) as AssetList)),
    );
    const list = await this.#list;
    const isFile = path.startsWith('assets/');
    const type = list.get(isFile ? path : 'index.html');
    if (type === undefined) return undefined;
    const name = isFile ? path : 'index.html';
    const accepted = headerOf(headers, 'accept-encoding') ?? '';
    const encoding = /\bbr\b/.test(accepted) ? 'br' : 'gzip';
    const bytes = await this.#bytes(encoding === 'br' ? `${name}.br` : `${name}.gz`);
    const plain = encoding === 'gzip' && !/\bgzip\b/.test(accepted);
    return {
      status: 200,
      headers: {
        ...PAGE_HEADERS,
        'content-type': type,
        'cache-control': isFile ? FOR_EVER : 'no-cache',
        vary: 'Accept-Encoding',
        ...(!plain && { 'content-encoding': encoding }),
      },
      body: plain ? gunzipSync(bytes) : bytes,
    };
  }

  #bytes(file: string): Promise<Buffer> {
    let bytes = this.#read.get(file);
    if (!bytes) {
      bytes = readFile(join(this.#directory, file));
      this.#read.set(file, bytes);
    }
    return bytes;
  }
}
