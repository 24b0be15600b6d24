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
} from '../../../schema/notation.ts';
import { ResourceRequirements } from './resources.ts';
import { signals } from './signals.ts';

export const ContainerExtendedResourceRequest = struct(
  'io.k8s.api.core.v1.ContainerExtendedResourceRequest',
  {
    containerName: required(string(1, { doc: 'The container that asked.', emit: 'always' })),
    requestName: required(string(3, { doc: 'The request in the claim.', emit: 'always' })),
    resourceName: required(string(2, { doc: 'The extended resource that was asked for.', emit: 'always' })),
  },
  { doc: "Which request of a claim serves a container's extended resource." },
);
export interface ContainerExtendedResourceRequest extends Of<typeof ContainerExtendedResourceRequest> {}

export const ContainerStateRunning = struct(
  'io.k8s.api.core.v1.ContainerStateRunning',
  {
    startedAt: time(1, { doc: 'When the container was started.', emit: 'always' }),
  },
  { doc: 'A container that runs.' },
);
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

export const ContainerStateWaiting = struct(
  'io.k8s.api.core.v1.ContainerStateWaiting',
  {
    message: string(2, { doc: 'Why it waits, for people.' }),
    reason: string(1, { doc: 'Why it waits, in one word.' }),
  },
  { doc: 'A container that does not run yet.' },
);
export interface ContainerStateWaiting extends Of<typeof ContainerStateWaiting> {}

export const ContainerState = struct(
  'io.k8s.api.core.v1.ContainerState',
  {
    running: ref(2, ContainerStateRunning, { doc: 'It runs, since when.', emit: 'if-set' }),
    terminated: ref(3, ContainerStateTerminated, { doc: 'It has ended, and how.', emit: 'if-set' }),
    waiting: ref(1, ContainerStateWaiting, { doc: 'It has not started yet, and why.', emit: 'if-set' }),
  },
  { doc: 'What a container does; waiting when no member is set.' },
);
export interface ContainerState extends Of<typeof ContainerState> {}

export const ResourceHealth = struct(
  'io.k8s.api.core.v1.ResourceHealth',
  {
    health: string(2, { doc: 'Healthy, Unhealthy or Unknown.' }),
    message: string(6, { doc: 'More about the health, for people.', emit: 'if-set' }),
    resourceID: required(string(1, { doc: "The device's id, unique on the node.", emit: 'always' })),
  },
  { doc: 'How one device is doing.' },
);
export interface ResourceHealth extends Of<typeof ResourceHealth> {}

export const ResourceStatus = struct(
  'io.k8s.api.core.v1.ResourceStatus',
  {
    name: required(string(1, { doc: 'The resource, or claim:NAME/REQUEST for a claim.', emit: 'always' })),
    resources: list(2, ResourceHealth, {
      doc: 'The devices, one by one.',
      listType: 'map',
      keys: ['resourceID'],
    }),
  },
  { doc: 'How the devices of one resource are doing.' },
);
export interface ResourceStatus extends Of<typeof ResourceStatus> {}

export const LinuxContainerUser = struct(
  'io.k8s.api.core.v1.LinuxContainerUser',
  {
    gid: required(int64(2, { doc: "The primary group's number.", emit: 'always' })),
    supplementalGroups: list(3, whole64, { doc: 'The numbers of further groups.', listType: 'atomic' }),
    uid: required(int64(1, { doc: "The user's number.", emit: 'always' })),
  },
  { doc: "User and groups of a container's first process." },
);
export interface LinuxContainerUser extends Of<typeof LinuxContainerUser> {}

export const ContainerUser = struct(
  'io.k8s.api.core.v1.ContainerUser',
  {
    linux: ref(1, LinuxContainerUser, { doc: 'User and groups, on Linux.', emit: 'if-set' }),
  },
  { doc: "The user a container's first process started as." },
);
export interface ContainerUser extends Of<typeof ContainerUser> {}

export const ImageVolumeStatus = struct(
  'io.k8s.api.core.v1.ImageVolumeStatus',
  {
    imageRef: required(string(1, { doc: 'The digest of the mounted image.' })),
  },
  { doc: 'What an image volume was mounted from.' },
);
export interface ImageVolumeStatus extends Of<typeof ImageVolumeStatus> {}

export const VolumeStatus = struct(
  'io.k8s.api.core.v1.VolumeStatus',
  {
    image: ref(1, ImageVolumeStatus, { doc: 'What an image volume was mounted from.', emit: 'if-set' }),
  },
  { doc: "What a mounted volume's own kind has to tell." },
);
export interface VolumeStatus extends Of<typeof VolumeStatus> {}

export const VolumeMountStatus = struct(
  'io.k8s.api.core.v1.VolumeMountStatus',
  {
    mountPath: required(string(2, { doc: 'Where it is mounted in the container.', emit: 'always' })),
    name: required(string(1, { doc: "The name of the pod's volume.", emit: 'always' })),
    readOnly: boolean(3, { doc: 'Whether it is read-only; false when absent.' }),
    recursiveReadOnly: string(4, {
      doc: 'Whether it is read-only with all below: Disabled or Enabled.',
      emit: 'if-set',
    }),
    volumeStatus: ref(5, VolumeStatus, { doc: "What the volume's own kind has to tell.", emit: 'if-set' }),
  },
  { doc: 'A mount that a container has.' },
);
export interface VolumeMountStatus extends Of<typeof VolumeMountStatus> {}

export const ContainerStatus = struct(
  'io.k8s.api.core.v1.ContainerStatus',
  {
    allocatedResources: map(10, amount, { doc: 'What the node has set aside for the container.' }),
    allocatedResourcesStatus: list(14, ResourceStatus, {
      doc: 'How the devices given to the container are doing.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
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
    stopSignal: string(15, { doc: 'The signal that stops the container.', enum: signals, emit: 'if-set' }),
    user: ref(13, ContainerUser, {
      doc: "The user the container's first process started as.",
      emit: 'if-set',
    }),
    volumeMounts: list(12, VolumeMountStatus, {
      doc: 'The mounts that the container has.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
    }),
  },
  { doc: 'The state of one container.' },
);
export interface ContainerStatus extends Of<typeof ContainerStatus> {}

export const HostIP = struct(
  'io.k8s.api.core.v1.HostIP',
  {
    ip: required(string(1, { doc: 'The IP address itself.', emit: 'always' })),
  },
  { doc: 'An address of the node.' },
);
export interface HostIP extends Of<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = struct(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  {
    containers: list(2, text, { doc: 'The containers that use the claim.', listType: 'set' }),
    resourceClaimName: required(
      string(1, { doc: "The claim's name, in the pod's namespace.", emit: 'always' }),
    ),
    resources: required(map(3, amount, { doc: 'How much of each resource it takes.', emit: 'always' })),
  },
  { doc: "What a claim takes from the node's own resources." },
);
export interface NodeAllocatableResourceClaimStatus extends Of<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = struct(
  'io.k8s.api.core.v1.PodCondition',
  {
    lastProbeTime: time(3, { doc: 'When it was last looked at.', emit: 'always' }),
    lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(6, { doc: 'Why, for people.' }),
    observedGeneration: int64(7, { doc: 'The generation this was true for.' }),
    reason: string(5, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a pod.' },
);
export interface PodCondition extends Of<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodExtendedResourceClaimStatus',
  {
    requestMappings: required(
      list(1, ContainerExtendedResourceRequest, {
        doc: 'Which request serves which container.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    resourceClaimName: required(
      string(2, { doc: "The claim's name, in the pod's namespace.", emit: 'always' }),
    ),
  },
  { doc: "The claim made for the pod's extended resources." },
);
export interface PodExtendedResourceClaimStatus extends Of<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = struct(
  'io.k8s.api.core.v1.PodIP',
  {
    ip: required(string(1, { doc: 'The IP address itself.', emit: 'always' })),
  },
  { doc: 'An address of the pod.' },
);
export interface PodIP extends Of<typeof PodIP> {}

export const PodResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodResourceClaimStatus',
  {
    name: required(string(1, { doc: "The entry in the pod's resourceClaims.", emit: 'always' })),
    resourceClaimName: string(2, { doc: 'The claim made; absent when none was needed.', emit: 'if-set' }),
  },
  { doc: "Which claim was made for an entry of the pod's resourceClaims." },
);
export interface PodResourceClaimStatus extends Of<typeof PodResourceClaimStatus> {}

export const PodStatus = struct(
  'io.k8s.api.core.v1.PodStatus',
  {
    allocatedResources: map(19, amount, { doc: 'What the node has set aside for the pod as a whole.' }),
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
    extendedResourceClaimStatus: ref(18, PodExtendedResourceClaimStatus, {
      doc: "The claim made for the pod's extended resources.",
      emit: 'if-set',
    }),
    hostIP: string(5, { doc: 'The address of the node.' }),
    hostIPs: list(16, HostIP, { doc: 'The addresses of the node.', listType: 'atomic', merge: 'ip' }),
    initContainerStatuses: list(10, ContainerStatus, {
      doc: 'The state of each init container.',
      listType: 'atomic',
    }),
    message: string(3, { doc: 'Why the pod is in this state, for people.' }),
    nodeAllocatableResourceClaimStatuses: list(21, NodeAllocatableResourceClaimStatus, {
      doc: "What claims take from the node's own resources.",
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
    resize: string(14, { doc: 'How far a resize has come; deprecated, see conditions.' }),
    resourceClaimStatuses: list(15, PodResourceClaimStatus, {
      doc: "The claims made for the pod's resourceClaims.",
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
    resources: ref(20, ResourceRequirements, {
      doc: 'Requests and limits in force for the pod as a whole.',
      emit: 'if-set',
    }),
    startTime: time(7, { doc: 'When the kubelet accepted the pod.', emit: 'if-set' }),
  },
  { doc: 'What became of the pod.' },
);
export interface PodStatus extends Of<typeof PodStatus> {}
