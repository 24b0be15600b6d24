import { resource } from '../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text, time } from '../../schema/notation.ts';
import { NodeConfigSource, NodeStatus } from './node-status.ts';

export const Taint = struct('io.k8s.api.core.v1.Taint', {
  effect: required(string(3, { enum: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'], emit: 'always' })),
  key: required(string(1, { emit: 'always' })),
  timeAdded: time(4, { emit: 'if-set' }),
  value: string(2),
});
export interface Taint extends Of<typeof Taint> {}

export const NodeSpec = struct('io.k8s.api.core.v1.NodeSpec', {
  configSource: ref(6, NodeConfigSource, { emit: 'if-set' }),
  externalID: string(2),
  podCIDR: string(1),
  podCIDRs: list(7, text, { listType: 'set', merge: true }),
  providerID: string(3),
  taints: list(5, Taint, { listType: 'atomic' }),
  unschedulable: boolean(4),
});
export interface NodeSpec extends Of<typeof NodeSpec> {}

export const Node = resource(
  'io.k8s.api.core.v1.Node',
  {
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
