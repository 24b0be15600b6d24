import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { PodGroupTemplate } from './pod-group-template.ts';

export const TypedLocalObjectReference = struct(
  'io.k8s.api.scheduling.v1alpha2.TypedLocalObjectReference',
  {
    apiGroup: string(1, { doc: 'API group of the object. Empty for the core group.' }),
    kind: required(string(2, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
  },
  { doc: 'Object in the same namespace.' },
);

export const WorkloadSpec = struct(
  'io.k8s.api.scheduling.v1alpha2.WorkloadSpec',
  {
    controllerRef: ref(1, TypedLocalObjectReference, {
      doc: 'Object that controls the pods, such as a Job.',
      emit: 'if-set',
    }),
    podGroupTemplates: required(
      list(2, PodGroupTemplate, {
        doc: 'Templates for the pod groups of the workload. At least one, at most 8.',
        emit: 'always',
        listType: 'map',
        keys: ['name'],
      }),
    ),
  },
  { doc: 'Pod groups of a workload.' },
);
export interface WorkloadSpec extends Of<typeof WorkloadSpec> {}

export const Workload = resource(
  'io.k8s.api.scheduling.v1alpha2.Workload',
  {
    doc: 'Describes how the pods of a workload are scheduled in groups.',
    group: 'scheduling.k8s.io',
    version: 'v1alpha2',
    kind: 'Workload',
    plural: 'workloads',
    singular: 'workload',
    namespaced: true,
    storageVersionHash: 'vSX7gJe5Mx8=',
  },
  {
    spec: required(ref(2, WorkloadSpec, { emit: 'always' })),
  },
);
export interface Workload extends Of<typeof Workload> {}
