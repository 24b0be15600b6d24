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
} from '../../../schema/notation.ts';

export const AttachedVolume = struct(
  'io.k8s.api.core.v1.AttachedVolume',
  {
    devicePath: required(string(2, { doc: 'Where the device shows on the node.', emit: 'always' })),
    name: required(string(1, { doc: "The volume's unique name.", emit: 'always' })),
  },
  { doc: 'A volume that is attached to the node.' },
);
export interface AttachedVolume extends Of<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = struct(
  'io.k8s.api.core.v1.ConfigMapNodeConfigSource',
  {
    kubeletConfigKey: required(string(5, { doc: 'The key that holds the settings.', emit: 'always' })),
    name: required(string(2, { doc: "The config map's name.", emit: 'always' })),
    namespace: required(string(1, { doc: "The config map's namespace.", emit: 'always' })),
    resourceVersion: string(4, { doc: "The config map's version, known only in status." }),
    uid: string(3, { doc: "The config map's uid, known only in status." }),
  },
  { doc: "A config map with the kubelet's settings; no longer used." },
);
export interface ConfigMapNodeConfigSource extends Of<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = struct(
  'io.k8s.api.core.v1.ContainerImage',
  {
    names: list(1, text, {
      doc: 'All names of the image, by tag and digest.',
      emit: 'always',
      listType: 'atomic',
    }),
    sizeBytes: int64(2, { doc: 'How large the image is, in bytes.' }),
  },
  { doc: 'An image that lies on the node.' },
);
export interface ContainerImage extends Of<typeof ContainerImage> {}

export const DaemonEndpoint = struct(
  'io.k8s.api.core.v1.DaemonEndpoint',
  {
    Port: required(int32(1, { doc: 'The number of the port.', emit: 'always' })),
  },
  { doc: 'Where one daemon listens.' },
);
export interface DaemonEndpoint extends Of<typeof DaemonEndpoint> {}

export const NodeAddress = struct(
  'io.k8s.api.core.v1.NodeAddress',
  {
    address: required(string(2, { doc: 'The address or host name itself.', emit: 'always' })),
    type: required(
      string(1, { doc: 'Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.', emit: 'always' }),
    ),
  },
  { doc: 'One address of the node.' },
);
export interface NodeAddress extends Of<typeof NodeAddress> {}

export const NodeCondition = struct(
  'io.k8s.api.core.v1.NodeCondition',
  {
    lastHeartbeatTime: time(3, { doc: 'When it was last confirmed.', emit: 'always' }),
    lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(6, { doc: 'Why, for people.' }),
    reason: string(5, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a node.' },
);
export interface NodeCondition extends Of<typeof NodeCondition> {}

export const NodeConfigSource = struct(
  'io.k8s.api.core.v1.NodeConfigSource',
  {
    configMap: ref(2, ConfigMapNodeConfigSource, {
      doc: 'The config map with the settings.',
      emit: 'if-set',
    }),
  },
  { doc: "Where the kubelet's settings come from; no longer used." },
);
export interface NodeConfigSource extends Of<typeof NodeConfigSource> {}

export const NodeConfigStatus = struct(
  'io.k8s.api.core.v1.NodeConfigStatus',
  {
    active: ref(2, NodeConfigSource, { doc: 'The settings in force.', emit: 'if-set' }),
    assigned: ref(1, NodeConfigSource, { doc: 'The settings that the node shall use.', emit: 'if-set' }),
    error: string(4, { doc: 'Why the assigned settings are not in force.' }),
    lastKnownGood: ref(3, NodeConfigSource, { doc: 'The settings to fall back on.', emit: 'if-set' }),
  },
  { doc: 'Which kubelet settings are in force; no longer used.' },
);
export interface NodeConfigStatus extends Of<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = struct(
  'io.k8s.api.core.v1.NodeDaemonEndpoints',
  {
    kubeletEndpoint: ref(1, DaemonEndpoint, { doc: 'Where the kubelet listens.', emit: 'always' }),
  },
  { doc: "Where the node's daemons listen." },
);
export interface NodeDaemonEndpoints extends Of<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = struct(
  'io.k8s.api.core.v1.NodeFeatures',
  {
    supplementalGroupsPolicy: boolean(1, {
      doc: 'Whether the runtime honours supplementalGroupsPolicy.',
      emit: 'if-set',
    }),
  },
  { doc: 'What the container runtime can do, whatever the handler.' },
);
export interface NodeFeatures extends Of<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = struct(
  'io.k8s.api.core.v1.NodeRuntimeHandlerFeatures',
  {
    recursiveReadOnlyMounts: boolean(1, {
      doc: 'Whether it makes mounts read-only with all below them.',
      emit: 'if-set',
    }),
    userNamespaces: boolean(2, {
      doc: 'Whether it runs pods in user namespaces of their own.',
      emit: 'if-set',
    }),
  },
  { doc: 'What a runtime handler can do.' },
);
export interface NodeRuntimeHandlerFeatures extends Of<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = struct(
  'io.k8s.api.core.v1.NodeRuntimeHandler',
  {
    features: ref(2, NodeRuntimeHandlerFeatures, { doc: 'What this handler can do.', emit: 'if-set' }),
    name: string(1, { doc: "The handler's name; empty for the default one.", emit: 'always' }),
  },
  { doc: 'A way to run containers that the node offers.' },
);
export interface NodeRuntimeHandler extends Of<typeof NodeRuntimeHandler> {}

export const NodeSwapStatus = struct(
  'io.k8s.api.core.v1.NodeSwapStatus',
  {
    capacity: int64(1, { doc: 'How much swap there is, in bytes.', emit: 'if-set' }),
  },
  { doc: "The node's swap space." },
);
export interface NodeSwapStatus extends Of<typeof NodeSwapStatus> {}

export const NodeSystemInfo = struct(
  'io.k8s.api.core.v1.NodeSystemInfo',
  {
    architecture: required(
      string(10, { doc: "The processor's architecture, such as amd64.", emit: 'always' }),
    ),
    bootID: required(string(3, { doc: 'An id that is new after every boot.', emit: 'always' })),
    containerRuntimeVersion: required(
      string(6, {
        doc: 'The container runtime and its version, such as containerd://2.1.0.',
        emit: 'always',
      }),
    ),
    kernelVersion: required(string(4, { doc: "The kernel's version, as uname tells it.", emit: 'always' })),
    kubeProxyVersion: required(
      string(8, { doc: "The proxy's version; deprecated and mostly empty.", emit: 'always' }),
    ),
    kubeletVersion: required(string(7, { doc: "The kubelet's version.", emit: 'always' })),
    machineID: required(string(1, { doc: "The machine's id, as its system keeps it.", emit: 'always' })),
    operatingSystem: required(string(9, { doc: 'The operating system: linux or windows.', emit: 'always' })),
    osImage: required(string(5, { doc: "The system's full name, as in /etc/os-release.", emit: 'always' })),
    swap: ref(11, NodeSwapStatus, { doc: "The node's swap space.", emit: 'if-set' }),
    systemUUID: required(string(2, { doc: "The machine's id, as its firmware keeps it.", emit: 'always' })),
  },
  { doc: 'Machine, system and versions of a node.' },
);
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
    config: ref(11, NodeConfigStatus, {
      doc: 'Which kubelet settings are in force; no longer used.',
      emit: 'if-set',
    }),
    daemonEndpoints: ref(6, NodeDaemonEndpoints, { doc: 'Where its kubelet listens.', emit: 'always' }),
    declaredFeatures: list(14, text, {
      doc: 'Features that the node says it has, for scheduling.',
      listType: 'atomic',
    }),
    features: ref(13, NodeFeatures, { doc: 'What the container runtime can do.', emit: 'if-set' }),
    images: list(8, ContainerImage, { doc: 'The images it has.', listType: 'atomic' }),
    nodeInfo: ref(7, NodeSystemInfo, { doc: 'Versions and identities.', emit: 'always' }),
    phase: string(3, {
      doc: 'No longer filled; see conditions instead.',
      enum: ['Pending', 'Running', 'Terminated'],
    }),
    runtimeHandlers: list(12, NodeRuntimeHandler, {
      doc: 'The ways to run containers that the node offers.',
      listType: 'atomic',
    }),
    volumesAttached: list(10, AttachedVolume, {
      doc: 'Volumes that are attached to it.',
      listType: 'atomic',
    }),
    volumesInUse: list(9, text, { doc: 'Volumes that are mounted on it.', listType: 'atomic' }),
  },
  { doc: 'What a node is and how it is.' },
);
export interface NodeStatus extends Of<typeof NodeStatus> {}
