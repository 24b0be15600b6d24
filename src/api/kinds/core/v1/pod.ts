import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref } from '../../../schema/notation.ts';
import { PodSpec } from './pod-spec.ts';
import { PodStatus } from './pod-status.ts';

export const Pod = resource(
  'io.k8s.api.core.v1.Pod',
  {
    doc: 'Group of containers that run together on a node and share network and volumes.',
    group: '',
    version: 'v1',
    kind: 'Pod',
    plural: 'pods',
    singular: 'pod',
    namespaced: true,
    shortNames: ['po'],
    categories: ['all'],
    storageVersionHash: 'xPOwRZ+Yhw8=',
    subresources: {
      attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
      binding: { kind: 'Binding', verbs: ['create'] },
      ephemeralcontainers: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
      eviction: { kind: 'policy/v1/Eviction', verbs: ['create'] },
      exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
      log: { kind: 'Pod', verbs: ['get'] },
      portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
      proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
      resize: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, PodSpec, { emit: 'always' }),
    status: ref(3, PodStatus, { emit: 'always' }),
  },
);
export interface Pod extends Of<typeof Pod> {}
