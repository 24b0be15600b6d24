import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { int32, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ScaleSpec = struct(
  'io.k8s.api.autoscaling.v1.ScaleSpec',
  {
    replicas: int32(1, { doc: 'The number of pods wanted.' }),
  },
  { doc: 'How many pods are wanted.' },
);
export interface ScaleSpec extends Of<typeof ScaleSpec> {}

export const ScaleStatus = struct(
  'io.k8s.api.autoscaling.v1.ScaleStatus',
  {
    replicas: required(int32(1, { doc: 'The number of pods seen.', emit: 'always' })),
    selector: string(2, { doc: 'The labels of the pods, written as a query.' }),
  },
  { doc: 'How many pods were seen.' },
);
export interface ScaleStatus extends Of<typeof ScaleStatus> {}

export const Scale = struct(
  'io.k8s.api.autoscaling.v1.Scale',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    metadata: ref(1, ObjectMeta, { doc: 'Names, labels and history.', emit: 'always' }),
    spec: ref(2, ScaleSpec, { doc: 'How many pods are wanted.', emit: 'always' }),
    status: ref(3, ScaleStatus, { doc: 'How many pods were seen.', emit: 'always' }),
  },
  { doc: 'How many pods an object has and shall have.' },
);
export interface Scale extends Of<typeof Scale> {}
