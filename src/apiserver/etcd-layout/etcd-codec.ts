// How the API server's objects lie in etcd: under kube-apiserver's keys, as JSON, which it reads as well as protobuf; what it has
// written is read in either form. One etcd serves both, at once or one after the other. Given to the store by cluster/.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { Random } from '../../kit/random.ts';
import type { EtcdCodec } from '../../store/etcd/codec.ts';
import { asStored, type ConvertedKind, conversions } from '../conversions/conversions.ts';
import type { ApiServerOptions } from '../options.ts';
import { ForeignValues } from './foreign-values.ts';
import { KeyMap } from './keys.ts';
import { ownBytesOf, valueOfOwn } from './own-values.ts';

const ENVELOPE = Buffer.from('k8s\0', 'latin1');
/** A value that is encrypted is one for the transformers alone. */
const ENCRYPTED = Buffer.from('k8s:enc:', 'latin1');
const BRACE = 0x7b;
const NONCE_BYTES = 6;
/** Nonces that are made at a time: the system's generator takes as long for one as all the rest of encode(). */
const NONCES = 512;

/** `apis`: what is served besides the kinds that are always there. */
export function etcdCodec(random: Random, apis?: ApiServerOptions['apis']): EtcdCodec {
  const kinds = [...builtInKinds, ...(apis?.more ?? [])];
  const keys = new KeyMap(kinds);
  const foreign = new ForeignValues(kinds, conversionsOf(apis));
  const nonce = noncesOf(random);
  return {
    resourceOf: (key) => keys.resourceOf(key),
    toEtcd: (key) => keys.toEtcd(key),
    fromEtcd: (path) => keys.fromEtcd(path),
    encode: (_key, value) => (value[0] === BRACE ? ownBytesOf(value, nonce()) : value),
    decode(_key, stored, revision) {
      if (stored[0] === BRACE) return valueOfOwn(stored, revision) ?? foreign.ofJson(stored, revision);
      if (begins(stored, ENVELOPE)) return foreign.ofProtobuf(stored, revision);
      if (begins(stored, ENCRYPTED)) return stored;
      throw new Error('the bytes are neither JSON nor protobuf of Kubernetes');
    },
  };
}

function noncesOf(random: Random): () => Buffer {
  let made: Buffer = Buffer.alloc(0);
  return () => {
    if (made.length === 0) made = random.bytes(NONCES * NONCE_BYTES);
    const nonce = made.subarray(0, NONCE_BYTES);
    made = made.subarray(NONCE_BYTES);
    return nonce;
  };
}

function conversionsOf(apis: ApiServerOptions['apis']): readonly ConvertedKind[] {
  const versions = (apis?.more ?? []).filter(({ resource }: AnyResource) => resource.like);
  return [...conversions, ...versions.map((kind) => asStored(kind, apis?.conversions?.get(kind)))];
}

const begins = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);
