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
  whole64,
} from '../../schema/notation.ts';
import { ResourceRequirements } from './resources.ts';
import { signals } from './signals.ts';

export const ContainerExtendedResourceRequest = struct(
  'io.k8s.api.core.v1.ContainerExtendedResourceRequest',
  {
    containerName: required(string(1, { emit: 'always' })),
    requestName: required(string(3, { emit: 'always' })),
    resourceName: required(string(2, { emit: 'always' })),
  },
);
export interface ContainerExtendedResourceRequest extends Of<typeof ContainerExtendedResourceRequest> {}

export const ContainerStateRunning = struct('io.k8s.api.core.v1.ContainerStateRunning', {
  startedAt: time(1, { emit: 'always' }),
});
export interface ContainerStateRunning extends Of<typeof ContainerStateRunning> {}

export const ContainerStateTerminated = struct(
  'io.k8s.api.core.v1.ContainerStateTerminated',
  {
    containerID: string(7, { doc: 'The runtime and the ID of the container.' }),
    exitCode: required(int32(1, { doc: 'The exit code.', emit: 'always' })),
    finishedAt: time(6, { doc: 'When it ended.', emit: 'always' }),
    message: string(4, { doc: 'Why, for people.' }),
    reason: string(3, { doc: 'Why, in one word.' }),
    signal: int32(2, { doc: 'The signal that ended it.' }),
    startedAt: time(5, { doc: 'When it had started.', emit: 'always' }),
  },
  { doc: 'How a container ended.' },
);
export interface ContainerStateTerminated extends Of<typeof ContainerStateTerminated> {}

export const ContainerStateWaiting = struct('io.k8s.api.core.v1.ContainerStateWaiting', {
  message: string(2),
  reason: string(1),
});
export interface ContainerStateWaiting extends Of<typeof ContainerStateWaiting> {}

export const ContainerState = struct('io.k8s.api.core.v1.ContainerState', {
  running: ref(2, ContainerStateRunning, { emit: 'if-set' }),
  terminated: ref(3, ContainerStateTerminated, { emit: 'if-set' }),
  waiting: ref(1, ContainerStateWaiting, { emit: 'if-set' }),
});
export interface ContainerState extends Of<typeof ContainerState> {}

export const ResourceHealth = struct('io.k8s.api.core.v1.ResourceHealth', {
  health: string(2),
  message: string(6, { emit: 'if-set' }),
  resourceID: required(string(1, { emit: 'always' })),
});
export interface ResourceHealth extends Of<typeof ResourceHealth> {}

export const ResourceStatus = struct('io.k8s.api.core.v1.ResourceStatus', {
  name: required(string(1, { emit: 'always' })),
  resources: list(2, ResourceHealth, { listType: 'map', keys: ['resourceID'] }),
});
export interface ResourceStatus extends Of<typeof ResourceStatus> {}

export const LinuxContainerUser = struct('io.k8s.api.core.v1.LinuxContainerUser', {
  gid: required(int64(2, { emit: 'always' })),
  supplementalGroups: list(3, whole64, { listType: 'atomic' }),
  uid: required(int64(1, { emit: 'always' })),
});
export interface LinuxContainerUser extends Of<typeof LinuxContainerUser> {}

export const ContainerUser = struct('io.k8s.api.core.v1.ContainerUser', {
  linux: ref(1, LinuxContainerUser, { emit: 'if-set' }),
});
export interface ContainerUser extends Of<typeof ContainerUser> {}

export const ImageVolumeStatus = struct('io.k8s.api.core.v1.ImageVolumeStatus', {
  imageRef: required(string(1)),
});
export interface ImageVolumeStatus extends Of<typeof ImageVolumeStatus> {}

export const VolumeStatus = struct('io.k8s.api.core.v1.VolumeStatus', {
  image: ref(1, ImageVolumeStatus, { emit: 'if-set' }),
});
export interface VolumeStatus extends Of<typeof VolumeStatus> {}

export const VolumeMountStatus = struct('io.k8s.api.core.v1.VolumeMountStatus', {
  mountPath: required(string(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
  readOnly: boolean(3),
  recursiveReadOnly: string(4, { emit: 'if-set' }),
  volumeStatus: ref(5, VolumeStatus, { emit: 'if-set' }),
});
export interface VolumeMountStatus extends Of<typeof VolumeMountStatus> {}

export const ContainerStatus = struct(
  'io.k8s.api.core.v1.ContainerStatus',
  {
    allocatedResources: map(10, amount),
    allocatedResourcesStatus: list(14, ResourceStatus, { listType: 'map', keys: ['name'], merge: 'name' }),
    containerID: string(8, { doc: 'The runtime and the ID of the container.' }),
    image: required(string(6, { doc: 'The image it runs.', emit: 'always' })),
    imageID: required(string(7, { doc: 'The digest of the image.', emit: 'always' })),
    lastState: ref(3, ContainerState, { doc: 'How it ended the last time.', emit: 'always' }),
    name: required(string(1, { doc: 'The name of the container.', emit: 'always' })),
    ready: required(boolean(4, { doc: 'Whether its readiness probe succeeds.', emit: 'always' })),
    resources: ref(11, ResourceRequirements, { doc: 'What it was given.', emit: 'if-set' }),
    restartCount: required(int32(5, { doc: 'How often it was restarted.', emit: 'always' })),
    started: boolean(9, { doc: 'Whether its startup probe has succeeded.', emit: 'if-set' }),
    state: ref(2, ContainerState, {
      doc: 'What it is doing: waiting, running or terminated.',
      emit: 'always',
    }),
    stopSignal: string(15, {
      enum: signals,
      emit: 'if-set',
    }),
    user: ref(13, ContainerUser, { emit: 'if-set' }),
    volumeMounts: list(12, VolumeMountStatus, { listType: 'map', keys: ['mountPath'], merge: 'mountPath' }),
  },
  { doc: 'The state of one container.' },
);
export interface ContainerStatus extends Of<typeof ContainerStatus> {}

export const HostIP = struct('io.k8s.api.core.v1.HostIP', {
  ip: required(string(1, { emit: 'always' })),
});
export interface HostIP extends Of<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = struct(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  {
    containers: list(2, text, { listType: 'set' }),
    resourceClaimName: required(string(1, { emit: 'always' })),
    resources: required(map(3, amount, { emit: 'always' })),
  },
);
export interface NodeAllocatableResourceClaimStatus extends Of<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = struct('io.k8s.api.core.v1.PodCondition', {
  lastProbeTime: time(3, { doc: 'When it was last looked at.', emit: 'always' }),
  lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
  message: string(6, { doc: 'Why, for people.' }),
  observedGeneration: int64(7, { doc: 'The generation this was true for.' }),
  reason: string(5, { doc: 'Why, in one word.' }),
  status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
  type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
});
export interface PodCondition extends Of<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = struct('io.k8s.api.core.v1.PodExtendedResourceClaimStatus', {
  requestMappings: required(
    list(1, ContainerExtendedResourceRequest, { emit: 'always', listType: 'atomic' }),
  ),
  resourceClaimName: required(string(2, { emit: 'always' })),
});
export interface PodExtendedResourceClaimStatus extends Of<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = struct('io.k8s.api.core.v1.PodIP', {
  ip: required(string(1, { emit: 'always' })),
});
export interface PodIP extends Of<typeof PodIP> {}

export const PodResourceClaimStatus = struct('io.k8s.api.core.v1.PodResourceClaimStatus', {
  name: required(string(1, { emit: 'always' })),
  resourceClaimName: string(2, { emit: 'if-set' }),
});
export interface PodResourceClaimStatus extends Of<typeof PodResourceClaimStatus> {}

export const PodStatus = struct(
  'io.k8s.api.core.v1.PodStatus',
  {
    allocatedResources: map(19, amount),
    conditions: list(2, PodCondition, {
      doc: 'Scheduled, initialised, ready and so on.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    containerStatuses: list(8, ContainerStatus, { doc: 'The state of each container.', listType: 'atomic' }),
    ephemeralContainerStatuses: list(13, ContainerStatus, {
      doc: 'The state of each ephemeral container.',
      listType: 'atomic',
    }),
    extendedResourceClaimStatus: ref(18, PodExtendedResourceClaimStatus, { emit: 'if-set' }),
    hostIP: string(5, { doc: 'The address of the node.' }),
    hostIPs: list(16, HostIP, { doc: 'The addresses of the node.', listType: 'atomic', merge: 'ip' }),
    initContainerStatuses: list(10, ContainerStatus, {
      doc: 'The state of each init container.',
      listType: 'atomic',
    }),
    message: string(3, { doc: 'Why the pod is in this state, for people.' }),
    nodeAllocatableResourceClaimStatuses: list(21, NodeAllocatableResourceClaimStatus, {
      listType: 'atomic',
    }),
    nominatedNodeName: string(11, { doc: 'The node on which room is being made for the pod.' }),
    observedGeneration: int64(17, { doc: 'The generation this status is about.' }),
    phase: string(1, {
      doc: 'Pending, Running, Succeeded, Failed or Unknown.',
      enum: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'],
    }),
    podIP: string(6, { doc: 'The address of the pod.' }),
    podIPs: list(12, PodIP, {
      doc: 'The addresses of the pod, one for each family.',
      listType: 'map',
      keys: ['ip'],
      merge: 'ip',
    }),
    qosClass: string(9, {
      doc: 'Guaranteed, Burstable or BestEffort, from requests and limits.',
      enum: ['BestEffort', 'Burstable', 'Guaranteed'],
    }),
    reason: string(4, { doc: 'Why the pod is in this state, in one word.' }),
    resize: string(14),
    resourceClaimStatuses: list(15, PodResourceClaimStatus, {
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
    resources: ref(20, ResourceRequirements, { emit: 'if-set' }),
    startTime: time(7, { doc: 'When the kubelet accepted the pod.', emit: 'if-set' }),
  },
  { doc: 'What became of the pod.' },
);
export interface PodStatus extends Of<typeof PodStatus> {}
