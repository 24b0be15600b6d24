import { DeleteOptions } from '../../meta/v1/delete-options.ts';
import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import { type Of, ref, string, struct } from '../../schema/notation.ts';

export const Eviction = struct('io.k8s.api.policy.v1.Eviction', {
  apiVersion: string(0),
  deleteOptions: ref(2, DeleteOptions, { emit: 'if-set' }),
  kind: string(0),
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
});
export interface Eviction extends Of<typeof Eviction> {}
