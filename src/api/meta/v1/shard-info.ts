import { type Of, required, string, struct } from '../../schema/notation.ts';

export const ShardInfo = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo',
  {
    selector: required(string(1, { doc: 'The part that was asked for.', emit: 'always' })),
  },
  { doc: 'Which part of all objects a list holds.' },
);
export interface ShardInfo extends Of<typeof ShardInfo> {}
