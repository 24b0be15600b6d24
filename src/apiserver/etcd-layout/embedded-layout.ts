// How encrypted objects lie in the embedded store: as they are. Those of a snapshot of etcd have no resourceVersion, and get that of their
// revision when they are read: a snapshot is taken and restored without the keys. Given to encryption by cluster/.
import type { StoredLayout } from '../encryption/encrypted-store.ts';
import { valueOfOwn } from './own-values.ts';

export const embeddedLayout: StoredLayout = {
  keyOf: (key) => key,
  encode: (_key, value) => value,
  decode: (_key, stored, revision) => valueOfOwn(stored, revision) ?? stored,
};
