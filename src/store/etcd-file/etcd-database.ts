// What an etcd member keeps, made from what a store shows at one revision: every key with the revisions that it has, so that clients
// go on with the resource versions that they know. Called by cluster, which has etcd's own program make a member of it.
// The format: etcd's server/mvcc (buckets key and meta), api/mvccpb and server/lease/leasepb.
import { int64 } from '../../kit/protobuf/codec.ts';
import { message } from '../../kit/protobuf/message.ts';
import { keyValue } from '../etcd/rpc/messages.ts';
import type { StoredRecord } from '../sqlite/record-codec.ts';
import { type BoltRecord, writeBoltFile } from './bolt-file.ts';

interface Lease {
  readonly ID: number;
  /** Seconds, from when a leader has taken it over. */
  readonly TTL: number;
}
const leaseMessage = message<Lease>({ ID: [1, int64], TTL: [2, int64] });

/** How the store's keys and bytes lie in etcd. */
export interface EtcdNames {
  keyOf(key: string): Buffer;
  encode(key: string, value: Buffer, revision: number): Buffer;
}

export interface EtcdDatabase {
  readonly file: string;
  readonly records: readonly StoredRecord[];
  /** The revision that etcd goes on from; older ones count as compacted. */
  readonly revision: number;
  readonly names: EtcdNames;
  /** Wall time in milliseconds. */
  readonly now: number;
}

/** Milliseconds: keys that expire so close to one another share a lease. */
const LEASE_STEP = 10_000;
/** Of the leases' numbers, which are any but 0. */
const FIRST_LEASE = 0x7469_7068_0000;

/** The file must not exist. */
export function writeEtcdDatabase({ file, records, revision, names, now }: EtcdDatabase): void {
  const sorted = [...records].sort((a, b) => a.revision - b.revision);
  const leases = new Map<number, number>();
  const leaseOf = (due: number): number => {
    const step = Math.ceil(due / LEASE_STEP);
    const known = leases.get(step);
    if (known !== undefined) return known;
    const lease = FIRST_LEASE + leases.size;
    leases.set(step, lease);
    return lease;
  };
  for (const { due } of sorted) if (due > 0) leaseOf(due);
  const granted = [...leases].map(([step, id]) => ({
    key: bigEndian(BigInt(id)),
    value: leaseMessage.encode({ ID: id, TTL: Math.max(1, Math.ceil((step * LEASE_STEP - now) / 1_000)) }),
  }));
  writeBoltFile(file, [
    { name: 'key', records: versions(sorted, names, leaseOf) },
    { name: 'lease', records: granted },
    {
      name: 'meta',
      records: [{ key: Buffer.from('finishedCompactRev'), value: revisionBytes(revision, 0) }],
    },
  ]);
}

function* versions(
  records: readonly StoredRecord[],
  names: EtcdNames,
  leaseOf: (due: number) => number,
): Generator<BoltRecord> {
  let last = 0;
  let sub = 0;
  for (const { key, value, revision, created, due } of records) {
    // A transaction of etcd may have written several keys at one revision.
    sub = revision === last ? sub + 1 : 0;
    last = revision;
    yield {
      key: revisionBytes(revision, sub),
      value: keyValue.encode({
        key: names.keyOf(key),
        create_revision: created,
        mod_revision: revision,
        version: revision === created ? 1 : 2,
        value: names.encode(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength), revision),
        lease: due > 0 ? BigInt(leaseOf(due)) : 0n,
      }),
    };
  }
}

/** Two numbers with an underscore between. */
function revisionBytes(main: number, sub: number): Buffer {
  return Buffer.concat([bigEndian(BigInt(main)), Buffer.from('_'), bigEndian(BigInt(sub))]);
}

function bigEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
