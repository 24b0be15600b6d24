import {
  amount,
  boolean,
  int32,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';

export const AttachedVolume = struct('io.k8s.api.core.v1.AttachedVolume', {
  devicePath: required(string(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
});
export interface AttachedVolume extends Of<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = struct('io.k8s.api.core.v1.ConfigMapNodeConfigSource', {
  kubeletConfigKey: required(string(5, { emit: 'always' })),
  name: required(string(2, { emit: 'always' })),
  namespace: required(string(1, { emit: 'always' })),
  resourceVersion: string(4),
  uid: string(3),
});
export interface ConfigMapNodeConfigSource extends Of<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = struct('io.k8s.api.core.v1.ContainerImage', {
  names: list(1, text, { emit: 'always', listType: 'atomic' }),
  sizeBytes: int64(2),
});
export interface ContainerImage extends Of<typeof ContainerImage> {}

export const DaemonEndpoint = struct('io.k8s.api.core.v1.DaemonEndpoint', {
  Port: required(int32(1, { emit: 'always' })),
});
export interface DaemonEndpoint extends Of<typeof DaemonEndpoint> {}

export const NodeAddress = struct('io.k8s.api.core.v1.NodeAddress', {
  address: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface NodeAddress extends Of<typeof NodeAddress> {}

export const NodeCondition = struct('io.k8s.api.core.v1.NodeCondition', {
  lastHeartbeatTime: time(3, { doc: 'When it was last confirmed.', emit: 'always' }),
  lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
  message: string(6, { doc: 'Why, for people.' }),
  reason: string(5, { doc: 'Why, in one word.' }),
  status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
  type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
});
export interface NodeCondition extends Of<typeof NodeCondition> {}

export const NodeConfigSource = struct('io.k8s.api.core.v1.NodeConfigSource', {
  configMap: ref(2, ConfigMapNodeConfigSource, { emit: 'if-set' }),
});
export interface NodeConfigSource extends Of<typeof NodeConfigSource> {}

export const NodeConfigStatus = struct('io.k8s.api.core.v1.NodeConfigStatus', {
  active: ref(2, NodeConfigSource, { emit: 'if-set' }),
  assigned: ref(1, NodeConfigSource, { emit: 'if-set' }),
  error: string(4),
  lastKnownGood: ref(3, NodeConfigSource, { emit: 'if-set' }),
});
export interface NodeConfigStatus extends Of<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = struct('io.k8s.api.core.v1.NodeDaemonEndpoints', {
  kubeletEndpoint: ref(1, DaemonEndpoint, { emit: 'always' }),
});
export interface NodeDaemonEndpoints extends Of<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = struct('io.k8s.api.core.v1.NodeFeatures', {
  supplementalGroupsPolicy: boolean(1, { emit: 'if-set' }),
});
export interface NodeFeatures extends Of<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = struct('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures', {
  recursiveReadOnlyMounts: boolean(1, { emit: 'if-set' }),
  userNamespaces: boolean(2, { emit: 'if-set' }),
});
export interface NodeRuntimeHandlerFeatures extends Of<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = struct('io.k8s.api.core.v1.NodeRuntimeHandler', {
  features: ref(2, NodeRuntimeHandlerFeatures, { emit: 'if-set' }),
  name: string(1, { emit: 'always' }),
});
export interface NodeRuntimeHandler extends Of<typeof NodeRuntimeHandler> {}

export const NodeSwapStatus = struct('io.k8s.api.core.v1.NodeSwapStatus', {
  capacity: int64(1, { emit: 'if-set' }),
});
export interface NodeSwapStatus extends Of<typeof NodeSwapStatus> {}

export const NodeSystemInfo = struct('io.k8s.api.core.v1.NodeSystemInfo', {
  architecture: required(string(10, { emit: 'always' })),
  bootID: required(string(3, { emit: 'always' })),
  containerRuntimeVersion: required(string(6, { emit: 'always' })),
  kernelVersion: required(string(4, { emit: 'always' })),
  kubeProxyVersion: required(string(8, { emit: 'always' })),
  kubeletVersion: required(string(7, { emit: 'always' })),
  machineID: required(string(1, { emit: 'always' })),
  operatingSystem: required(string(9, { emit: 'always' })),
  osImage: required(string(5, { emit: 'always' })),
  swap: ref(11, NodeSwapStatus, { emit: 'if-set' }),
  systemUUID: required(string(2, { emit: 'always' })),
});
export interface NodeSystemInfo extends Of<typeof NodeSystemInfo> {}

export const NodeStatus = struct(
  'io.k8s.api.core.v1.NodeStatus',
  {
    addresses: list(5, NodeAddress, {
      doc: 'Its host name and addresses.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    allocatable: map(2, amount, { doc: 'What is there for pods.' }),
    capacity: map(1, amount, { doc: 'What it has in all.' }),
    conditions: list(4, NodeCondition, {
      doc: 'Ready, under pressure and so on.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    config: ref(11, NodeConfigStatus, { emit: 'if-set' }),
    daemonEndpoints: ref(6, NodeDaemonEndpoints, { doc: 'Where its kubelet listens.', emit: 'always' }),
    declaredFeatures: list(14, text, { listType: 'atomic' }),
    features: ref(13, NodeFeatures, { emit: 'if-set' }),
    images: list(8, ContainerImage, { doc: 'The images it has.', listType: 'atomic' }),
    nodeInfo: ref(7, NodeSystemInfo, { doc: 'Versions and identities.', emit: 'always' }),
    phase: string(3, { enum: ['Pending', 'Running', 'Terminated'] }),
    runtimeHandlers: list(12, NodeRuntimeHandler, { listType: 'atomic' }),
    volumesAttached: list(10, AttachedVolume, {
      doc: 'Volumes that are attached to it.',
      listType: 'atomic',
    }),
    volumesInUse: list(9, text, { doc: 'Volumes that are mounted on it.', listType: 'atomic' }),
  },
  { doc: 'What a node is and how it is.' },
);
export interface NodeStatus extends Of<typeof NodeStatus> {}
