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
    devicePath: required(string(2, { doc: 'Path of the device on the node.', emit: 'always' })),
    name: required(string(1, { doc: 'Unique name of the attached volume.', emit: 'always' })),
  },
  { doc: 'Volume that is attached to the node.' },
);
export interface AttachedVolume extends Of<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = struct(
  'io.k8s.api.core.v1.ConfigMapNodeConfigSource',
  {
    kubeletConfigKey: required(
      string(5, { doc: 'Key of the ConfigMap entry that holds the kubelet configuration.', emit: 'always' }),
    ),
    name: required(string(2, { doc: 'Name of the ConfigMap.', emit: 'always' })),
    namespace: required(string(1, { doc: 'Namespace of the ConfigMap.', emit: 'always' })),
    resourceVersion: string(4, { doc: 'Resource version of the ConfigMap. Set only in the status.' }),
    uid: string(3, { doc: 'UID of the ConfigMap. Set only in the status.' }),
  },
  { doc: 'No longer supported: ConfigMap with the configuration of the kubelet.' },
);
export interface ConfigMapNodeConfigSource extends Of<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = struct(
  'io.k8s.api.core.v1.ContainerImage',
  {
    names: list(1, text, {
      doc: 'Names by which the image is known, by tag and by digest.',
      emit: 'always',
      listType: 'atomic',
    }),
    sizeBytes: int64(2, { doc: 'Size of the image in bytes.' }),
  },
  { doc: 'Container image on the node.' },
);
export interface ContainerImage extends Of<typeof ContainerImage> {}

export const DaemonEndpoint = struct(
  'io.k8s.api.core.v1.DaemonEndpoint',
  {
    Port: required(int32(1, { doc: 'Port number.', emit: 'always' })),
  },
  { doc: 'Port that a daemon listens on.' },
);
export interface DaemonEndpoint extends Of<typeof DaemonEndpoint> {}

export const NodeAddress = struct(
  'io.k8s.api.core.v1.NodeAddress',
  {
    address: required(string(2, { doc: 'IP address or hostname.', emit: 'always' })),
    type: required(
      string(1, {
        doc: 'Type of the address: Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Address of a node.' },
);
export interface NodeAddress extends Of<typeof NodeAddress> {}

export const NodeCondition = struct(
  'io.k8s.api.core.v1.NodeCondition',
  {
    lastHeartbeatTime: time(3, { doc: 'Last time the condition was updated.', emit: 'always' }),
    lastTransitionTime: time(4, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(6, { doc: 'Human-readable message with details.' }),
    reason: string(5, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a Node at a certain point.' },
);
export interface NodeCondition extends Of<typeof NodeCondition> {}

export const NodeConfigSource = struct(
  'io.k8s.api.core.v1.NodeConfigSource',
  {
    configMap: ref(2, ConfigMapNodeConfigSource, {
      doc: 'ConfigMap with the configuration.',
      emit: 'if-set',
    }),
  },
  { doc: "No longer supported: source of the kubelet's configuration." },
);
export interface NodeConfigSource extends Of<typeof NodeConfigSource> {}

export const NodeConfigStatus = struct(
  'io.k8s.api.core.v1.NodeConfigStatus',
  {
    active: ref(2, NodeConfigSource, { doc: 'Configuration that the kubelet uses.', emit: 'if-set' }),
    assigned: ref(1, NodeConfigSource, { doc: 'Configuration that the kubelet should use.', emit: 'if-set' }),
    error: string(4, { doc: 'Error that occurred while the assigned configuration was applied.' }),
    lastKnownGood: ref(3, NodeConfigSource, { doc: 'Configuration to fall back to.', emit: 'if-set' }),
  },
  { doc: "No longer supported: state of the kubelet's configuration." },
);
export interface NodeConfigStatus extends Of<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = struct(
  'io.k8s.api.core.v1.NodeDaemonEndpoints',
  {
    kubeletEndpoint: ref(1, DaemonEndpoint, {
      doc: 'Endpoint on which the kubelet listens.',
      emit: 'always',
    }),
  },
  { doc: 'Ports that the daemons of the node listen on.' },
);
export interface NodeDaemonEndpoints extends Of<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = struct(
  'io.k8s.api.core.v1.NodeFeatures',
  {
    supplementalGroupsPolicy: boolean(1, {
      doc: 'Whether the runtime supports supplementalGroupsPolicy.',
      emit: 'if-set',
    }),
  },
  { doc: 'Features of the container runtime that do not depend on the handler.' },
);
export interface NodeFeatures extends Of<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = struct(
  'io.k8s.api.core.v1.NodeRuntimeHandlerFeatures',
  {
    recursiveReadOnlyMounts: boolean(1, {
      doc: 'Whether the handler supports recursive read-only mounts.',
      emit: 'if-set',
    }),
    userNamespaces: boolean(2, {
      doc: 'Whether the handler supports user namespaces.',
      emit: 'if-set',
    }),
  },
  { doc: 'Features of a runtime handler.' },
);
export interface NodeRuntimeHandlerFeatures extends Of<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = struct(
  'io.k8s.api.core.v1.NodeRuntimeHandler',
  {
    features: ref(2, NodeRuntimeHandlerFeatures, {
      doc: 'Features supported by this handler.',
      emit: 'if-set',
    }),
    name: string(1, { doc: 'Name of the handler. Empty for the default handler.', emit: 'always' }),
  },
  { doc: 'Runtime handler of the container runtime.' },
);
export interface NodeRuntimeHandler extends Of<typeof NodeRuntimeHandler> {}

export const NodeSwapStatus = struct(
  'io.k8s.api.core.v1.NodeSwapStatus',
  {
    capacity: int64(1, { doc: 'Total amount of swap memory in bytes.', emit: 'if-set' }),
  },
  { doc: 'Swap memory of the node.' },
);
export interface NodeSwapStatus extends Of<typeof NodeSwapStatus> {}

export const NodeSystemInfo = struct(
  'io.k8s.api.core.v1.NodeSystemInfo',
  {
    architecture: required(string(10, { doc: 'Processor architecture, such as amd64.', emit: 'always' })),
    bootID: required(
      string(3, { doc: 'Boot ID reported by the node. It changes with every boot.', emit: 'always' }),
    ),
    containerRuntimeVersion: required(
      string(6, {
        doc: 'Name and version of the container runtime, such as containerd://2.1.0.',
        emit: 'always',
      }),
    ),
    kernelVersion: required(string(4, { doc: 'Kernel version reported by uname -r.', emit: 'always' })),
    kubeProxyVersion: required(string(8, { doc: 'Deprecated: version of kube-proxy.', emit: 'always' })),
    kubeletVersion: required(string(7, { doc: 'Version of the kubelet.', emit: 'always' })),
    machineID: required(
      string(1, {
        doc: 'Machine ID reported by the operating system, from /etc/machine-id.',
        emit: 'always',
      }),
    ),
    operatingSystem: required(
      string(9, { doc: 'Operating system of the node: linux or windows.', emit: 'always' }),
    ),
    osImage: required(
      string(5, { doc: 'Name and version of the operating system, from /etc/os-release.', emit: 'always' }),
    ),
    swap: ref(11, NodeSwapStatus, { doc: 'Swap memory of the node.', emit: 'if-set' }),
    systemUUID: required(string(2, { doc: 'System UUID reported by the firmware.', emit: 'always' })),
  },
  { doc: 'Versions and identifiers of a node.' },
);
export interface NodeSystemInfo extends Of<typeof NodeSystemInfo> {}

export const NodeStatus = struct(
  'io.k8s.api.core.v1.NodeStatus',
  {
    addresses: list(5, NodeAddress, {
      doc: 'Addresses at which the node can be reached.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    allocatable: map(2, amount, { doc: 'Resources that are available for pods.' }),
    capacity: map(1, amount, { doc: 'Total resources of the node.' }),
    conditions: list(4, NodeCondition, {
      doc: 'Latest observations of the current state, such as Ready and MemoryPressure.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    config: ref(11, NodeConfigStatus, {
      doc: "No longer supported: state of the kubelet's configuration.",
      emit: 'if-set',
    }),
    daemonEndpoints: ref(6, NodeDaemonEndpoints, {
      doc: 'Endpoints of the daemons that run on the node.',
      emit: 'always',
    }),
    declaredFeatures: list(14, text, {
      doc: 'Features that the node declares to support. The scheduler considers them.',
      listType: 'atomic',
    }),
    features: ref(13, NodeFeatures, { doc: 'Features of the container runtime.', emit: 'if-set' }),
    images: list(8, ContainerImage, { doc: 'Container images on the node.', listType: 'atomic' }),
    nodeInfo: ref(7, NodeSystemInfo, { doc: 'Versions and identifiers of the node.', emit: 'always' }),
    phase: string(3, {
      doc: 'Deprecated and not set. See conditions instead.',
      enum: ['Pending', 'Running', 'Terminated'],
    }),
    runtimeHandlers: list(12, NodeRuntimeHandler, {
      doc: 'Runtime handlers that the node supports.',
      listType: 'atomic',
    }),
    volumesAttached: list(10, AttachedVolume, {
      doc: 'Volumes that are attached to the node.',
      listType: 'atomic',
    }),
    volumesInUse: list(9, text, {
      doc: 'Volumes that are in use (mounted) by the node.',
      listType: 'atomic',
    }),
  },
  { doc: 'Observed state of a node.' },
);
export interface NodeStatus extends Of<typeof NodeStatus> {}
