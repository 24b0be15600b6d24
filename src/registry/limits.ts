// What clients may ask of the registry.

const MIB = 1024 * 1024;

export const LIMITS = {
  /** Bytes of a manifest: what the distribution specification asks registries to take. */
  manifest: 4 * MIB,
  /** Bytes of a blob. */
  blob: 16 * 1024 * MIB,
  /** Blobs, manifests and children that one manifest names. */
  references: 2_000,
  /** Uploads that have begun, of all clients together. */
  uploads: 128,
  /** Milliseconds without a byte until an upload is given up. */
  uploadIdle: 3_600_000,
  /** Milliseconds without a byte until a connection is closed. */
  connectionIdle: 60_000,
  /** Milliseconds until the headers of a request are there. */
  headers: 10_000,
  connections: 256,
  /** Entries of one answer that lists. */
  listed: 1_000,
  /** Tags with one manifest (`?tag=`). */
  tagsAtOnce: 20,
} as const;
