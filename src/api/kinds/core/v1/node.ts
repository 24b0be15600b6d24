import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../../schema/notation.ts';
import { NodeConfigSource, NodeStatus } from './node-status.ts';

export const Taint = struct(
  'io.k8s.api.core.v1.Taint',
  {
    effect: required(
      string(3, {
        doc: 'NoSchedule, PreferNoSchedule or NoExecute.',
        enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
        emit: 'always',
      }),
    ),
    key: required(string(1, { doc: 'The name of the taint.', emit: 'always' })),
    timeAdded: time(4, { doc: 'When it was added.', emit: 'if-set' }),
    value: string(2, { doc: 'The value of the taint.' }),
  },
  { doc: 'Keeps off pods that do not tolerate it.' },
);
export interface Taint extends Of<typeof Taint> {}

export const NodeSpec = struct(
  'io.k8s.api.core.v1.NodeSpec',
  {
    configSource: ref(6, NodeConfigSource, {
      doc: "Where the kubelet's settings come from; no longer used.",
      emit: 'if-set',
    }),
    externalID: string(2, { doc: 'No longer used; some old nodes still have it.' }),
    podCIDR: string(1, { doc: 'The addresses of its pods.' }),
    podCIDRs: list(7, text, {
      doc: 'The addresses of its pods, one range for each family.',
      listType: 'set',
      merge: true,
    }),
    providerID: string(3, { doc: 'What the cloud calls it.' }),
    taints: list(5, Taint, { doc: 'Keep off pods that do not tolerate these.', listType: 'atomic' }),
    unschedulable: boolean(4, { doc: 'Place no new pods here.' }),
  },
  { doc: 'How a node shall be used.' },
);
export interface NodeSpec extends Of<typeof NodeSpec> {}

export const Node = resource(
  'io.k8s.api.core.v1.Node',
  {
    doc: 'A machine that runs pods.',
    group: '',
    version: 'v1',
    kind: 'Node',
    plural: 'nodes',
    singular: 'node',
    namespaced: false,
    shortNames: ['no'],
    storageVersionHash: 'XwShjMxG9Fs=',
    subresources: {
      proxy: { kind: 'NodeProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
      status: { kind: 'Node', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, NodeSpec, { emit: 'always' }),
    status: ref(3, NodeStatus, { emit: 'always' }),
  },
);
export interface Node extends Of<typeof Node> {}
