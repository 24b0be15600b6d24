// One version as bytes, the same in messages between the threads and on disk: a header of three doubles (revision,
// revision of creation or 0 for a deletion, due time or 0) and two lengths, then the key, then the value.
// A slab holds many of them; one thread transfers it to the other without a copy.

const HEADER = 32;

export interface StoredRecord {
  readonly revision: number;
  /** 0 marks a deletion. */
  readonly created: number;
  /** Wall time in milliseconds at which the version expires; 0 for never. */
  readonly due: number;
  readonly key: string;
  /** Empty for a deletion. */
  readonly value: Uint8Array;
}

/** The bytes that a record takes in a slab. */
export const recordSize = (record: StoredRecord): number =>
  HEADER + Buffer.byteLength(record.key) + record.value.byteLength;

/** A slab for `size` bytes in memory of its own, so that it can be transferred. */
export const newSlab = (size: number): Buffer => Buffer.allocUnsafeSlow(size);

/** Writes the record into the slab at `offset` and returns the offset of the next one. */
export function writeRecord(slab: Buffer, offset: number, record: StoredRecord): number {
  const keyBytes = slab.write(record.key, offset + HEADER);
  slab.writeDoubleLE(record.revision, offset);
  slab.writeDoubleLE(record.created, offset + 8);
  slab.writeDoubleLE(record.due, offset + 16);
  slab.writeUInt32LE(keyBytes, offset + 24);
  slab.writeUInt32LE(record.value.byteLength, offset + 28);
  slab.set(record.value, offset + HEADER + keyBytes);
  return offset + HEADER + keyBytes + record.value.byteLength;
}

/** The records of a slab, each with its bytes; values are views of the slab. */
export function* readRecords(slab: Buffer): Generator<StoredRecord & { readonly bytes: Buffer }> {
  for (let offset = 0; offset < slab.length; ) {
    const keyStart = offset + HEADER;
    const valueStart = keyStart + slab.readUInt32LE(offset + 24);
    const end = valueStart + slab.readUInt32LE(offset + 28);
    yield {
      revision: slab.readDoubleLE(offset),
      created: slab.readDoubleLE(offset + 8),
      due: slab.readDoubleLE(offset + 16),
      key: slab.toString('utf8', keyStart, valueStart),
      value: slab.subarray(valueStart, end),
      bytes: slab.subarray(offset, end),
    };
    offset = end;
  }
}
