import { type Of, required, string, struct } from '../../schema/notation.ts';

export const ShardInfo = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo', {
  selector: required(string(1, { emit: 'always' })),
});
export interface ShardInfo extends Of<typeof ShardInfo> {}
