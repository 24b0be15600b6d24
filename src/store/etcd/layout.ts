// Where keys lie in etcd: below the prefix those of the codec, and under `tiphys/` those of this engine, which kube-apiserver, if
// it shares the prefix, never looks at. Called by all in this folder that names keys.
import type { EtcdCodec } from './codec.ts';

const OWN = 'tiphys/';

export class Layout {
  /** The prefix with its slash, and the end of its range. */
  readonly root: Buffer;
  readonly end: Buffer;
  readonly #text: string;
  readonly #codec: EtcdCodec;

  constructor(prefix: string, codec: EtcdCodec) {
    this.#text = `${prefix.replace(/\/$/, '')}/`;
    this.root = Buffer.from(this.#text);
    this.end = endOf(this.root);
    this.#codec = codec;
  }

  keyOf(key: string): Buffer {
    return Buffer.from(this.#text + this.#codec.toEtcd(key));
  }

  /** A key of the engine itself. */
  own(name: string): Buffer {
    return Buffer.from(this.#text + OWN + name);
  }

  /** The store's key, if it is one. */
  storeKeyOf(key: Buffer): string | undefined {
    const path = key.toString('utf8', this.root.length);
    return path.startsWith(OWN) ? undefined : this.#codec.fromEtcd(path);
  }
}

/** The first key after all that begin with `prefix`. Its last byte is a slash, so there is one. */
function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1]! += 1;
  return end;
}
