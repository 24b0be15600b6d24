// The layers of an image that is made of files, so that a changed file means one small layer and not the whole image anew: files of
// the machine first, as programs and interpreters are, then large files of the project one by one, then all others.
import { type BigIntStats, readFileSync } from 'node:fs';
import { type BuiltLayer, buildLayer } from '../../cri/image/build.ts';
import type { Blob } from '../../cri/image/content.ts';
import type { TarEntry } from '../../cri/image/tar.ts';

export interface SourceFile {
  /** In the image, from its root. */
  readonly path: string;
  /** On this machine. */
  readonly source: string;
  readonly mode: number;
  readonly facts: BigIntStats;
  /** Not of the project: it seldom changes. */
  readonly outside: boolean;
}

/** Bytes from which a file has a layer of its own. */
const LARGE = 1024n * 1024n;
/** Of such layers: overlay file systems have a limit of their own. */
const MOST_LARGE = 32;

/** Lowest first; at least one, of which the first may be empty. */
export function groupsOf(files: readonly SourceFile[]): SourceFile[][] {
  const outside = files.filter((file) => file.outside);
  const own = files.filter((file) => !file.outside);
  const large = own.filter(({ facts }) => facts.size >= LARGE).slice(0, MOST_LARGE);
  const small = own.filter((file) => !large.includes(file));
  const groups = [outside, ...large.map((file) => [file]), small];
  return groups.filter((group, i) => i === 0 || group.length > 0);
}

/** Bytes of a layer up to which it is kept; a larger one is read again where a node lacks it. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** Layers by what their files are, read again only when one of them was written. Kept by whoever builds again and again. */
export class LayerCache {
  #known = new Map<string, BuiltLayer>();
  #used = new Map<string, BuiltLayer>();

  layer(frame: readonly TarEntry[], files: readonly SourceFile[]): BuiltLayer {
    const key = JSON.stringify([frame, files.map(identity)]);
    const known = this.#used.get(key) ?? this.#known.get(key) ?? made(frame, files);
    this.#used.set(key, known);
    return known;
  }

  /** Forgets what was not used since the last call. */
  sweep(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }
}

const identity = ({ path, source, mode, facts }: SourceFile) =>
  [path, source, mode, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].map(String);

function made(frame: readonly TarEntry[], files: readonly SourceFile[]): BuiltLayer {
  const build = () => buildLayer([...frame, ...files.map(entryOf)]);
  const layer = build();
  return layer.blob.size <= KEPT_BYTES ? layer : { ...layer, blob: readAgain(layer.blob.size, build) };
}

const readAgain = (size: number, build: () => BuiltLayer): Blob => ({
  size,
  async *chunks() {
    yield* build().blob.chunks();
  },
});

const entryOf = ({ path, source, mode }: SourceFile): TarEntry => ({
  path,
  type: 'file',
  mode,
  content: readFileSync(source),
});
