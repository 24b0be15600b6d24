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
    containerName: required(
      string(1, { doc: 'Name of the container that requested the resource.', emit: 'always' }),
    ),
    requestName: required(string(3, { doc: 'Name of the request in the claim.', emit: 'always' })),
    resourceName: required(string(2, { doc: 'Name of the extended resource.', emit: 'always' })),
  },
  { doc: 'Maps an extended resource of a container to a request of a ResourceClaim.' },
);
export interface ContainerExtendedResourceRequest extends Of<typeof ContainerExtendedResourceRequest> {}

export const ContainerStateRunning = struct(
  'io.k8s.api.core.v1.ContainerStateRunning',
  {
    startedAt: time(1, { doc: 'Time at which the container was last started.', emit: 'always' }),
  },
  { doc: 'State of a running container.' },
);
export interface ContainerStateRunning extends Of<typeof ContainerStateRunning> {}

export const ContainerStateTerminated = struct(
  'io.k8s.api.core.v1.ContainerStateTerminated',
  {
    containerID: string(7, { doc: 'ID of the container in the form type://id.' }),
    exitCode: required(int32(1, { doc: 'Exit code of the last run.', emit: 'always' })),
    finishedAt: time(6, { doc: 'Time at which the container terminated.', emit: 'always' }),
    message: string(4, { doc: 'Human-readable message with details.' }),
    reason: string(3, { doc: 'Brief machine-readable reason in CamelCase.' }),
    signal: int32(2, { doc: 'Signal that ended the last run.' }),
    startedAt: time(5, { doc: 'Time at which the last run started.', emit: 'always' }),
  },
  { doc: 'State of a terminated container.' },
);
export interface ContainerStateTerminated extends Of<typeof ContainerStateTerminated> {}

export const ContainerStateWaiting = struct(
  'io.k8s.api.core.v1.ContainerStateWaiting',
  {
    message: string(2, { doc: 'Human-readable message about why the container is not running yet.' }),
    reason: string(1, { doc: 'Brief machine-readable reason why the container is not running yet.' }),
  },
  { doc: 'State of a container that is not running yet.' },
);
export interface ContainerStateWaiting extends Of<typeof ContainerStateWaiting> {}

export const ContainerState = struct(
  'io.k8s.api.core.v1.ContainerState',
  {
    running: ref(2, ContainerStateRunning, { doc: 'Details of a running container.', emit: 'if-set' }),
    terminated: ref(3, ContainerStateTerminated, {
      doc: 'Details of a terminated container.',
      emit: 'if-set',
    }),
    waiting: ref(1, ContainerStateWaiting, { doc: 'Details of a waiting container.', emit: 'if-set' }),
  },
  { doc: 'State of a container. At most one member is set; if none is, the container is waiting.' },
);
export interface ContainerState extends Of<typeof ContainerState> {}

export const ResourceHealth = struct(
  'io.k8s.api.core.v1.ResourceHealth',
  {
    health: string(2, { doc: 'Health of the device: Healthy, Unhealthy or Unknown.' }),
    message: string(6, { doc: 'Human-readable message about the health.', emit: 'if-set' }),
    resourceID: required(string(1, { doc: 'ID of the device, unique on the node.', emit: 'always' })),
  },
  { doc: 'Health of a device.' },
);
export interface ResourceHealth extends Of<typeof ResourceHealth> {}

export const ResourceStatus = struct(
  'io.k8s.api.core.v1.ResourceStatus',
  {
    name: required(
      string(1, { doc: 'Name of the resource, or claim:NAME/REQUEST for a ResourceClaim.', emit: 'always' }),
    ),
    resources: list(2, ResourceHealth, {
      doc: 'Health of each device.',
      listType: 'map',
      keys: ['resourceID'],
    }),
  },
  { doc: 'Health of the devices of a resource.' },
);
export interface ResourceStatus extends Of<typeof ResourceStatus> {}

export const LinuxContainerUser = struct(
  'io.k8s.api.core.v1.LinuxContainerUser',
  {
    gid: required(int64(2, { doc: 'Primary group ID.', emit: 'always' })),
    supplementalGroups: list(3, whole64, { doc: 'Supplementary group IDs.', listType: 'atomic' }),
    uid: required(int64(1, { doc: 'User ID.', emit: 'always' })),
  },
  { doc: 'User and groups of the first process of a container on Linux.' },
);
export interface LinuxContainerUser extends Of<typeof LinuxContainerUser> {}

export const ContainerUser = struct(
  'io.k8s.api.core.v1.ContainerUser',
  {
    linux: ref(1, LinuxContainerUser, { doc: 'User and groups on Linux.', emit: 'if-set' }),
  },
  { doc: 'User of the first process of a container.' },
);
export interface ContainerUser extends Of<typeof ContainerUser> {}

export const ImageVolumeStatus = struct(
  'io.k8s.api.core.v1.ImageVolumeStatus',
  {
    imageRef: required(string(1, { doc: 'Digest of the mounted image.' })),
  },
  { doc: 'Status of a mounted image volume.' },
);
export interface ImageVolumeStatus extends Of<typeof ImageVolumeStatus> {}

export const VolumeStatus = struct(
  'io.k8s.api.core.v1.VolumeStatus',
  {
    image: ref(1, ImageVolumeStatus, { doc: 'Status of a mounted image volume.', emit: 'if-set' }),
  },
  { doc: 'Status of a mounted volume that depends on its type.' },
);
export interface VolumeStatus extends Of<typeof VolumeStatus> {}

export const VolumeMountStatus = struct(
  'io.k8s.api.core.v1.VolumeMountStatus',
  {
    mountPath: required(
      string(2, { doc: 'Path inside the container at which the volume is mounted.', emit: 'always' }),
    ),
    name: required(string(1, { doc: 'Name of the volume of the pod.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Whether the mount is read-only.' }),
    recursiveReadOnly: string(4, {
      doc: 'Whether mounts below it are read-only, too: Disabled or Enabled.',
      emit: 'if-set',
    }),
    volumeStatus: ref(5, VolumeStatus, {
      doc: 'Status that depends on the type of the volume.',
      emit: 'if-set',
    }),
  },
  { doc: 'Status of a volume mount.' },
);
export interface VolumeMountStatus extends Of<typeof VolumeMountStatus> {}

export const ContainerStatus = struct(
  'io.k8s.api.core.v1.ContainerStatus',
  {
    allocatedResources: map(10, amount, { doc: 'Resources that the node has allocated for the container.' }),
    allocatedResourcesStatus: list(14, ResourceStatus, {
      doc: 'Health of the devices that are allocated for the container.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    containerID: string(8, { doc: 'ID of the container in the form type://id.' }),
    image: required(string(6, { doc: 'Name of the image that the container runs.', emit: 'always' })),
    imageID: required(string(7, { doc: 'Digest of the image that the container runs.', emit: 'always' })),
    lastState: ref(3, ContainerState, { doc: 'State of the previous run of the container.', emit: 'always' }),
    name: required(string(1, { doc: 'Name of the container.', emit: 'always' })),
    ready: required(boolean(4, { doc: 'Whether the container passes its readiness probe.', emit: 'always' })),
    resources: ref(11, ResourceRequirements, {
      doc: 'Requests and limits in effect for the running container.',
      emit: 'if-set',
    }),
    restartCount: required(int32(5, { doc: 'Number of times the container was restarted.', emit: 'always' })),
    started: boolean(9, {
      doc: 'Whether the container has started and passed its startup probe.',
      emit: 'if-set',
    }),
    state: ref(2, ContainerState, {
      doc: 'Current state of the container.',
      emit: 'always',
    }),
    stopSignal: string(15, {
      doc: 'Signal that is sent to stop the container.',
      enum: signals,
      emit: 'if-set',
    }),
    user: ref(13, ContainerUser, {
      doc: 'User and groups of the first process of the container.',
      emit: 'if-set',
    }),
    volumeMounts: list(12, VolumeMountStatus, {
      doc: 'Status of the volume mounts.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
    }),
  },
  { doc: 'Current status of a container.' },
);
export interface ContainerStatus extends Of<typeof ContainerStatus> {}

export const HostIP = struct(
  'io.k8s.api.core.v1.HostIP',
  {
    ip: required(string(1, { doc: 'IP address.', emit: 'always' })),
  },
  { doc: 'IP address of the node.' },
);
export interface HostIP extends Of<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = struct(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  {
    containers: list(2, text, { doc: 'Names of the containers that use the claim.', listType: 'set' }),
    resourceClaimName: required(
      string(1, { doc: 'Name of the ResourceClaim in the namespace of the pod.', emit: 'always' }),
    ),
    resources: required(map(3, amount, { doc: 'Amounts by resource.', emit: 'always' })),
  },
  { doc: 'Node resources that are used through a ResourceClaim.' },
);
export interface NodeAllocatableResourceClaimStatus extends Of<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = struct(
  'io.k8s.api.core.v1.PodCondition',
  {
    lastProbeTime: time(3, { doc: 'Last time the condition was checked.', emit: 'always' }),
    lastTransitionTime: time(4, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(6, { doc: 'Human-readable message with details.' }),
    observedGeneration: int64(7, { doc: 'Generation of the object that this observation is based on.' }),
    reason: string(5, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a Pod at a certain point.' },
);
export interface PodCondition extends Of<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodExtendedResourceClaimStatus',
  {
    requestMappings: required(
      list(1, ContainerExtendedResourceRequest, {
        doc: 'Which request of the claim provides the resource of which container.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    resourceClaimName: required(
      string(2, { doc: 'Name of the ResourceClaim in the namespace of the pod.', emit: 'always' }),
    ),
  },
  { doc: 'ResourceClaim that was created for the extended resources of the pod.' },
);
export interface PodExtendedResourceClaimStatus extends Of<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = struct(
  'io.k8s.api.core.v1.PodIP',
  {
    ip: required(string(1, { doc: 'IP address.', emit: 'always' })),
  },
  { doc: 'IP address of the pod.' },
);
export interface PodIP extends Of<typeof PodIP> {}

export const PodResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodResourceClaimStatus',
  {
    name: required(string(1, { doc: 'Name of the entry in spec.resourceClaims.', emit: 'always' })),
    resourceClaimName: string(2, {
      doc: 'Name of the ResourceClaim that was created. Not set if none was needed.',
      emit: 'if-set',
    }),
  },
  { doc: 'ResourceClaim that was created for an entry of spec.resourceClaims.' },
);
export interface PodResourceClaimStatus extends Of<typeof PodResourceClaimStatus> {}

export const PodStatus = struct(
  'io.k8s.api.core.v1.PodStatus',
  {
    allocatedResources: map(19, amount, {
      doc: 'Resources that the node has allocated for the pod as a whole.',
    }),
    conditions: list(2, PodCondition, {
      doc: 'Latest observations of the current state, such as PodScheduled, Initialized and Ready.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    containerStatuses: list(8, ContainerStatus, { doc: 'Status of each container.', listType: 'atomic' }),
    ephemeralContainerStatuses: list(13, ContainerStatus, {
      doc: 'Status of each ephemeral container.',
      listType: 'atomic',
    }),
    extendedResourceClaimStatus: ref(18, PodExtendedResourceClaimStatus, {
      doc: 'ResourceClaim that was created for the extended resources of the pod.',
      emit: 'if-set',
    }),
    hostIP: string(5, { doc: 'IP address of the node.' }),
    hostIPs: list(16, HostIP, { doc: 'IP addresses of the node.', listType: 'atomic', merge: 'ip' }),
    initContainerStatuses: list(10, ContainerStatus, {
      doc: 'Status of each init container.',
      listType: 'atomic',
    }),
    message: string(3, { doc: 'Human-readable message about why the pod is in this state.' }),
    nodeAllocatableResourceClaimStatuses: list(21, NodeAllocatableResourceClaimStatus, {
      doc: 'Node resources that are used through ResourceClaims.',
      listType: 'atomic',
    }),
    nominatedNodeName: string(11, {
      doc: 'Name of the node on which lower-priority pods are being preempted for this pod.',
    }),
    observedGeneration: int64(17, { doc: 'Generation of the object that the controller last observed.' }),
    phase: string(1, {
      doc: 'Current phase of the pod: Pending, Running, Succeeded, Failed or Unknown.',
      enum: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'],
    }),
    podIP: string(6, { doc: 'Primary IP address of the pod.' }),
    podIPs: list(12, PodIP, {
      doc: 'IP addresses of the pod, at most one per IP family.',
      listType: 'map',
      keys: ['ip'],
      merge: 'ip',
    }),
    qosClass: string(9, {
      doc: 'Quality of service class: Guaranteed, Burstable or BestEffort. It follows from requests and limits.',
      enum: ['BestEffort', 'Burstable', 'Guaranteed'],
    }),
    reason: string(4, {
      doc: 'Brief machine-readable reason why the pod is in this state, such as Evicted.',
    }),
    resize: string(14, {
      doc: 'Deprecated: status of a resize. See the conditions PodResizePending and PodResizeInProgress.',
    }),
    resourceClaimStatuses: list(15, PodResourceClaimStatus, {
      doc: 'ResourceClaims that were created for the entries of spec.resourceClaims.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
    resources: ref(20, ResourceRequirements, {
      doc: 'Requests and limits in effect for the pod as a whole.',
      emit: 'if-set',
    }),
    startTime: time(7, { doc: 'Time at which the kubelet acknowledged the pod.', emit: 'if-set' }),
  },
  { doc: 'Most recently observed status of the pod.' },
);
export interface PodStatus extends Of<typeof PodStatus> {}
