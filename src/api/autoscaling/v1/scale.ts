import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import { int32, type Of, ref, required, string, struct } from '../../schema/notation.ts';

export const ScaleSpec = struct('io.k8s.api.autoscaling.v1.ScaleSpec', {
  replicas: int32(1),
});
export interface ScaleSpec extends Of<typeof ScaleSpec> {}

export const ScaleStatus = struct('io.k8s.api.autoscaling.v1.ScaleStatus', {
  replicas: required(int32(1, { emit: 'always' })),
  selector: string(2),
});
export interface ScaleStatus extends Of<typeof ScaleStatus> {}

export const Scale = struct('io.k8s.api.autoscaling.v1.Scale', {
  apiVersion: string(0),
  kind: string(0),
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
  spec: ref(2, ScaleSpec, { emit: 'always' }),
  status: ref(3, ScaleStatus, { emit: 'always' }),
});
export interface Scale extends Of<typeof Scale> {}
