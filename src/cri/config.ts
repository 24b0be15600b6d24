// What a kubelet asks a runtime to make: sandbox and container configurations, as in CRI v1. Everything that may be
// left out is optional; left out means the runtime's default.
import type { ImageSpec } from './image-types.ts';

type StringMap = Readonly<Record<string, string>>;

/** `node` = the host's namespace, `pod` = shared in the pod, `container` = its own, `target` = that of targetId. */
export type NamespaceMode = 'pod' | 'container' | 'node' | 'target';

export interface NamespaceOptions {
  network?: NamespaceMode;
  pid?: NamespaceMode;
  ipc?: NamespaceMode;
  /** Container whose pid namespace is joined when pid is `target`. */
  targetId?: string;
}

export interface SecurityProfile {
  profileType: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  /** Absolute path of the profile for Localhost. */
  localhostRef?: string;
}

export interface SELinuxOptions {
  user?: string;
  role?: string;
  type?: string;
  level?: string;
}

export interface PortMapping {
  protocol?: 'TCP' | 'UDP' | 'SCTP';
  containerPort: number;
  hostPort?: number;
  hostIp?: string;
}

export interface DNSConfig {
  servers?: readonly string[];
  searches?: readonly string[];
  options?: readonly string[];
}

export interface LinuxSandboxSecurityContext {
  namespaceOptions?: NamespaceOptions;
  selinuxOptions?: SELinuxOptions;
  runAsUser?: number;
  runAsGroup?: number;
  readonlyRootfs?: boolean;
  supplementalGroups?: readonly number[];
  supplementalGroupsPolicy?: 'Merge' | 'Strict';
  /** Needed when any container of the pod is privileged. */
  privileged?: boolean;
  seccomp?: SecurityProfile;
  apparmor?: SecurityProfile;
}

export interface PodSandboxConfig {
  metadata: { name: string; uid: string; namespace: string; attempt?: number };
  hostname?: string;
  /** Directory under which the containers' relative log paths lie. */
  logDirectory?: string;
  /** Without it containers get a copy of the host's resolv.conf. */
  dnsConfig?: DNSConfig;
  portMappings?: readonly PortMapping[];
  labels?: StringMap;
  annotations?: StringMap;
  linux?: {
    /** cgroup directory of the pod, e.g. /<node>/kubepods/burstable/pod<uid>. */
    cgroupParent?: string;
    securityContext?: LinuxSandboxSecurityContext;
    sysctls?: StringMap;
    overhead?: LinuxContainerResources;
    resources?: LinuxContainerResources;
  };
}

export interface LinuxContainerResources {
  cpuPeriod?: number;
  cpuQuota?: number;
  cpuShares?: number;
  memoryLimitInBytes?: number;
  memorySwapLimitInBytes?: number;
  oomScoreAdj?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  hugepageLimits?: readonly { pageSize: string; limit: number }[];
  /** cgroup v2 files to values. */
  unified?: StringMap;
}

export interface Mount {
  containerPath: string;
  hostPath: string;
  readonly?: boolean;
  selinuxRelabel?: boolean;
  propagation?: 'private' | 'hostToContainer' | 'bidirectional';
  recursiveReadOnly?: boolean;
  /** Instead of hostPath: mounts the root of an image. Not every runtime can. */
  image?: ImageSpec;
  imageSubPath?: string;
}

export interface Device {
  containerPath: string;
  hostPath: string;
  /** Of `rwm`. */
  permissions: string;
}

export interface LinuxContainerSecurityContext {
  capabilities?: {
    addCapabilities?: readonly string[];
    dropCapabilities?: readonly string[];
    addAmbientCapabilities?: readonly string[];
  };
  privileged?: boolean;
  namespaceOptions?: NamespaceOptions;
  selinuxOptions?: SELinuxOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsUsername?: string;
  readonlyRootfs?: boolean;
  supplementalGroups?: readonly number[];
  supplementalGroupsPolicy?: 'Merge' | 'Strict';
  noNewPrivs?: boolean;
  /** The runtime has no defaults of its own for these two: without them /proc/sys is writable. */
  maskedPaths?: readonly string[];
  readonlyPaths?: readonly string[];
  seccomp?: SecurityProfile;
  apparmor?: SecurityProfile;
}

export interface ContainerConfig {
  metadata: { name: string; attempt?: number };
  image: ImageSpec;
  command?: readonly string[];
  args?: readonly string[];
  workingDir?: string;
  envs?: readonly { key: string; value: string }[];
  mounts?: readonly Mount[];
  devices?: readonly Device[];
  labels?: StringMap;
  annotations?: StringMap;
  /** Relative to the sandbox's logDirectory. */
  logPath?: string;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  /** Name such as SIGUSR1; overrides the image's. Not every runtime can. */
  stopSignal?: string;
  cdiDevices?: readonly { name: string }[];
  linux?: {
    resources?: LinuxContainerResources;
    securityContext?: LinuxContainerSecurityContext;
  };
}
