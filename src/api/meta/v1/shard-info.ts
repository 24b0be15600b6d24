import { type Of, required, string, struct } from '../../schema/notation.ts';

export const ShardInfo = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo',
  {
    selector: required(string(1, { doc: 'Selector of the shard, as in the request.', emit: 'always' })),
  },
  { doc: 'Shard that a list is restricted to.' },
);
export interface ShardInfo extends Of<typeof ShardInfo> {}
