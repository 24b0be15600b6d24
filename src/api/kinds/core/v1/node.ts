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
        doc: 'Effect on pods that do not tolerate the taint: NoSchedule, PreferNoSchedule or NoExecute.',
        enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
        emit: 'always',
      }),
    ),
    key: required(string(1, { doc: 'Key of the taint.', emit: 'always' })),
    timeAdded: time(4, { doc: 'Time at which the taint was added.', emit: 'if-set' }),
    value: string(2, { doc: 'Value of the taint.' }),
  },
  { doc: 'Keeps pods that do not tolerate it off a node.' },
);
export interface Taint extends Of<typeof Taint> {}

export const NodeSpec = struct(
  'io.k8s.api.core.v1.NodeSpec',
  {
    configSource: ref(6, NodeConfigSource, {
      doc: "No longer supported: source of the kubelet's configuration.",
      emit: 'if-set',
    }),
    externalID: string(2, { doc: 'Deprecated and not used.' }),
    podCIDR: string(1, { doc: 'IP range for the pods of the node.' }),
    podCIDRs: list(7, text, {
      doc: 'IP ranges for the pods of the node, at most one per IP family.',
      listType: 'set',
      merge: true,
    }),
    providerID: string(3, { doc: 'ID of the node assigned by the cloud provider.' }),
    taints: list(5, Taint, { doc: 'Taints of the node.', listType: 'atomic' }),
    unschedulable: boolean(4, { doc: 'Whether new pods are kept off the node. Set by kubectl cordon.' }),
  },
  { doc: 'Desired attributes of a node.' },
);
export interface NodeSpec extends Of<typeof NodeSpec> {}

export const Node = resource(
  'io.k8s.api.core.v1.Node',
  {
    doc: 'Worker node of the cluster.',
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
