// Between an object's bytes and what is stored of them. Called by encrypted-store.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/storage/value.
import { messageOf } from '../../kit/message-of.ts';

export interface Opened {
  readonly plain: Buffer;
  /** The next update must write the object again, even if it does not change: another key or provider comes first now. */
  readonly stale: boolean;
}

/** `key` is the object's key in the store. It is authenticated, so that stored values cannot be swapped. */
export interface Transformer {
  seal(plain: Buffer, key: string): Buffer;
  open(stored: Buffer, key: string): Opened;
}

export interface Prefixed {
  readonly prefix: string;
  readonly transformer: Transformer;
}

/** Writes with the first transformer; reads with those whose prefix the stored value has, in order. */
export class PrefixTransformers implements Transformer {
  readonly #list: readonly { readonly prefix: Buffer; readonly transformer: Transformer }[];
  readonly #unmatched: string;

  /** `unmatched` is the message if no prefix fits. */
  constructor(list: readonly Prefixed[], unmatched: string) {
    this.#list = list.map(({ prefix, transformer }) => ({ prefix: Buffer.from(prefix), transformer }));
    this.#unmatched = unmatched;
  }

  seal(plain: Buffer, key: string): Buffer {
    const { prefix, transformer } = this.#list[0]!;
    const sealed = transformer.seal(plain, key);
    return prefix.length > 0 ? Buffer.concat([prefix, sealed]) : sealed;
  }

  open(stored: Buffer, key: string): Opened {
    const problems = new Set<string>();
    for (const [at, { prefix, transformer }] of this.#list.entries()) {
      if (!stored.subarray(0, prefix.length).equals(prefix)) continue;
      try {
        const { plain, stale } = transformer.open(stored.subarray(prefix.length), key);
        return { plain, stale: stale || at > 0 };
      } catch (error) {
        // Identity refuses what is encrypted; a later provider reads it.
        if (prefix.length > 0) problems.add(messageOf(error));
      }
    }
    const all = [...problems];
    throw new Error(all.length > 1 ? `[${all.join(', ')}]` : (all[0] ?? this.#unmatched));
  }
}

const ENCRYPTED = Buffer.from('k8s:enc:');

/** Stores objects as they are. */
export const identity: Transformer = {
  seal: (plain) => plain,
  open(stored) {
    if (stored.subarray(0, ENCRYPTED.length).equals(ENCRYPTED))
      throw new Error('identity transformer tried to read encrypted data');
    return { plain: stored, stale: false };
  },
};
