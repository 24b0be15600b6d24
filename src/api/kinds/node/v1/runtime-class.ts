import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { Toleration } from '../../core/v1/affinity.ts';

export const Overhead = struct(
  'io.k8s.api.node.v1.Overhead',
  {
    podFixed: map(1, amount, { doc: 'Fixed resources to add to each pod.' }),
  },
  { doc: 'Resources that running a pod takes in addition to its containers.' },
);
export interface Overhead extends Of<typeof Overhead> {}

export const Scheduling = struct(
  'io.k8s.api.node.v1.Scheduling',
  {
    nodeSelector: map(1, text, {
      doc: 'Labels of the nodes that support the class. They are added to the nodeSelector of pods.',
      mapType: 'atomic',
    }),
    tolerations: list(2, Toleration, {
      doc: 'Tolerations that are added to those of pods.',
      listType: 'atomic',
    }),
  },
  { doc: 'Nodes that support the class.' },
);
export interface Scheduling extends Of<typeof Scheduling> {}

export const RuntimeClass = resource(
  'io.k8s.api.node.v1.RuntimeClass',
  {
    doc: 'Class of container runtime, which pods can select.',
    group: 'node.k8s.io',
    version: 'v1',
    kind: 'RuntimeClass',
    plural: 'runtimeclasses',
    singular: 'runtimeclass',
    namespaced: false,
    storageVersionHash: 'WQTu1GL3T2Q=',
  },
  {
    handler: required(
      string(2, { doc: 'Name of the runtime handler in the container runtime.', emit: 'always' }),
    ),
    overhead: ref(3, Overhead, { doc: 'Resources to add for each pod of the class.', emit: 'if-set' }),
    scheduling: ref(4, Scheduling, {
      doc: 'Nodes that support the class. By default, all nodes do.',
      emit: 'if-set',
    }),
  },
);
export interface RuntimeClass extends Of<typeof RuntimeClass> {}
