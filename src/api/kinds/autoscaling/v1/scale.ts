import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { int32, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ScaleSpec = struct(
  'io.k8s.api.autoscaling.v1.ScaleSpec',
  {
    replicas: int32(1, { doc: 'Desired number of replicas.' }),
  },
  { doc: 'Desired number of replicas.' },
);
export interface ScaleSpec extends Of<typeof ScaleSpec> {}

export const ScaleStatus = struct(
  'io.k8s.api.autoscaling.v1.ScaleStatus',
  {
    replicas: required(int32(1, { doc: 'Observed number of replicas.', emit: 'always' })),
    selector: string(2, { doc: 'Label selector for the pods, in the form of a query parameter.' }),
  },
  { doc: 'Observed number of replicas, and the selector for their pods.' },
);
export interface ScaleStatus extends Of<typeof ScaleStatus> {}

export const Scale = struct(
  'io.k8s.api.autoscaling.v1.Scale',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    metadata: ref(1, ObjectMeta, {
      doc: 'Standard object metadata, such as name, namespace and labels.',
      emit: 'always',
    }),
    spec: ref(2, ScaleSpec, { doc: 'Desired number of replicas.', emit: 'always' }),
    status: ref(3, ScaleStatus, {
      doc: 'Observed number of replicas, and the selector for their pods.',
      emit: 'always',
    }),
  },
  { doc: 'Desired and observed number of replicas of an object.' },
);
export interface Scale extends Of<typeof Scale> {}
