// The port to how objects lie in etcd: under which key, and in which bytes. The store's keys and values are the API server's own,
// with the resourceVersion in the bytes; etcd knows that revision only after the write, so its bytes have none.
// Implemented by apiserver/etcd-layout; tests have plain ones.

/** Labels of metrics. */
export interface ResourceLabels {
  readonly group: string;
  readonly resource: string;
}

export interface EtcdCodec {
  /** What a key is of. */
  resourceOf(key: string): ResourceLabels;
  /** The key in etcd, below the prefix. */
  toEtcd(key: string): string;
  /** The store's key, undefined for what is none of its. */
  fromEtcd(path: string): string | undefined;
  /** The bytes for etcd, from those of `Encode(0)`. Two calls should give different bytes: by them a server that lost the answer
   *  finds out whether it was its own write that succeeded. */
  encode(key: string, value: Buffer): Buffer;
  /** The store's bytes of a version. Throws if they cannot be read. */
  decode(key: string, stored: Buffer, revision: number): Buffer;
}
