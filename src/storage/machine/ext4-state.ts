// Whether an ext4 that is not mounted was left as it should be, as its superblock tells: then a check would do nothing. Pure. Used by
// file-systems.ts. The kernel: struct ext4_super_block in fs/ext4/ext4.h; what e2fsck asks before it checks nothing.

/** The superblock and what is before it. */
export const HEAD_BYTES = 2048;

const SUPERBLOCK = 1024;
const MAGIC = 0xef53;
/** Unmounted, and without an error or an orphan. */
const CLEAN = 1;
/** Of the features: the journal has to be replayed; there are files to be removed. */
const RECOVER = 0x4;
const ORPHANS = 0x10000;

/** `head`: the first HEAD_BYTES of the file system. */
export function isCleanExt4(head: Buffer): boolean {
  if (head.length < HEAD_BYTES || head.readUInt16LE(SUPERBLOCK + 0x38) !== MAGIC) return false;
  const state = head.readUInt16LE(SUPERBLOCK + 0x3a);
  const incompatible = head.readUInt32LE(SUPERBLOCK + 0x60);
  const readOnlyCompatible = head.readUInt32LE(SUPERBLOCK + 0x64);
  const firstOrphan = head.readUInt32LE(SUPERBLOCK + 0xe8);
  return (
    state === CLEAN &&
    (incompatible & RECOVER) === 0 &&
    (readOnlyCompatible & ORPHANS) === 0 &&
    firstOrphan === 0
  );
}
