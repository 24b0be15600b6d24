import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { Toleration } from '../../core/v1/affinity.ts';

export const Overhead = struct(
  'io.k8s.api.node.v1.Overhead',
  {
    podFixed: map(1, amount, { doc: 'Resources to add to each pod.' }),
  },
  { doc: 'What the sandbox itself takes.' },
);
export interface Overhead extends Of<typeof Overhead> {}

export const Scheduling = struct(
  'io.k8s.api.node.v1.Scheduling',
  {
    nodeSelector: map(1, text, {
      doc: "Labels such nodes have, added to the pod's own selector.",
      mapType: 'atomic',
    }),
    tolerations: list(2, Toleration, { doc: "Tolerations added to the pod's own.", listType: 'atomic' }),
  },
  { doc: 'Which nodes know the runtime class.' },
);
export interface Scheduling extends Of<typeof Scheduling> {}

export const RuntimeClass = resource(
  'io.k8s.api.node.v1.RuntimeClass',
  {
    doc: 'A way to run containers.',
    group: 'node.k8s.io',
    version: 'v1',
    kind: 'RuntimeClass',
    plural: 'runtimeclasses',
    singular: 'runtimeclass',
    namespaced: false,
    storageVersionHash: 'WQTu1GL3T2Q=',
  },
  {
    handler: required(string(2, { doc: 'What the container runtime calls it.', emit: 'always' })),
    overhead: ref(3, Overhead, { doc: 'What it takes on top of the containers.', emit: 'if-set' }),
    scheduling: ref(4, Scheduling, { doc: 'The nodes that have it.', emit: 'if-set' }),
  },
);
export interface RuntimeClass extends Of<typeof RuntimeClass> {}
