// Field numbers of CRI v1's configurations, which the kubelet sends.
// From k8s.io/cri-api/pkg/apis/runtime/v1/api.proto.

import { bool, enumeration, int32, int64, string, uint32, uint64 } from '../../../kit/protobuf/codec.ts';
import { message, repeated, stringMap, wrapper } from '../../../kit/protobuf/message.ts';
import type {
  ContainerConfig,
  Device,
  DNSConfig,
  LinuxContainerResources,
  LinuxContainerSecurityContext,
  LinuxSandboxSecurityContext,
  Mount,
  NamespaceOptions,
  PodSandboxConfig,
  PortMapping,
  SELinuxOptions,
  SecurityProfile,
} from '../../config.ts';
import type { AuthConfig, ImageSpec } from '../../image-types.ts';

export const imageSpec = message<ImageSpec>({
  image: [1, string],
  annotations: [2, stringMap],
  userSpecifiedImage: [18, string],
  runtimeHandler: [19, string],
});

export const authConfig = message<AuthConfig>({
  username: [1, string],
  password: [2, string],
  auth: [3, string],
  serverAddress: [4, string],
  identityToken: [5, string],
  registryToken: [6, string],
});

const namespaceMode = enumeration('pod', 'container', 'node', 'target');

export const namespaceOptions = message<NamespaceOptions>({
  network: [1, namespaceMode],
  pid: [2, namespaceMode],
  ipc: [3, namespaceMode],
  targetId: [4, string],
});

const securityProfile = message<SecurityProfile>({
  profileType: [1, enumeration('RuntimeDefault', 'Unconfined', 'Localhost')],
  localhostRef: [2, string],
});

const seLinuxOptions = message<SELinuxOptions>({
  user: [1, string],
  role: [2, string],
  type: [3, string],
  level: [4, string],
});

const groupsPolicy = enumeration('Merge', 'Strict');

const sandboxSecurity = message<LinuxSandboxSecurityContext>({
  namespaceOptions: [1, namespaceOptions],
  selinuxOptions: [2, seLinuxOptions],
  runAsUser: [3, wrapper(int64)],
  runAsGroup: [8, wrapper(int64)],
  readonlyRootfs: [4, bool],
  supplementalGroups: [5, repeated(int64)],
  supplementalGroupsPolicy: [11, groupsPolicy],
  privileged: [6, bool],
  seccomp: [9, securityProfile],
  apparmor: [10, securityProfile],
});

export const linuxResources = message<LinuxContainerResources>({
  cpuPeriod: [1, int64],
  cpuQuota: [2, int64],
  cpuShares: [3, int64],
  memoryLimitInBytes: [4, int64],
  oomScoreAdj: [5, int64],
  cpusetCpus: [6, string],
  cpusetMems: [7, string],
  hugepageLimits: [
    8,
    repeated(message<{ pageSize: string; limit: number }>({ pageSize: [1, string], limit: [2, uint64] })),
  ],
  unified: [9, stringMap],
  memorySwapLimitInBytes: [10, int64],
});

const portMapping = message<PortMapping>({
  protocol: [1, enumeration('TCP', 'UDP', 'SCTP')],
  containerPort: [2, int32],
  hostPort: [3, int32],
  hostIp: [4, string],
});

const dnsConfig = message<DNSConfig>({
  servers: [1, repeated(string)],
  searches: [2, repeated(string)],
  options: [3, repeated(string)],
});

export const podSandboxConfig = message<PodSandboxConfig>({
  metadata: [
    1,
    message<PodSandboxConfig['metadata']>({
      name: [1, string],
      uid: [2, string],
      namespace: [3, string],
      attempt: [4, uint32],
    }),
  ],
  hostname: [2, string],
  logDirectory: [3, string],
  dnsConfig: [4, dnsConfig],
  portMappings: [5, repeated(portMapping)],
  labels: [6, stringMap],
  annotations: [7, stringMap],
  linux: [
    8,
    message<NonNullable<PodSandboxConfig['linux']>>({
      cgroupParent: [1, string],
      securityContext: [2, sandboxSecurity],
      sysctls: [3, stringMap],
      overhead: [4, linuxResources],
      resources: [5, linuxResources],
    }),
  ],
});

const mount = message<Mount>({
  containerPath: [1, string],
  hostPath: [2, string],
  readonly: [3, bool],
  selinuxRelabel: [4, bool],
  propagation: [5, enumeration('private', 'hostToContainer', 'bidirectional')],
  recursiveReadOnly: [8, bool],
  image: [9, imageSpec],
  imageSubPath: [10, string],
});

const device = message<Device>({
  containerPath: [1, string],
  hostPath: [2, string],
  permissions: [3, string],
});

const containerSecurity = message<LinuxContainerSecurityContext>({
  capabilities: [
    1,
    message<NonNullable<LinuxContainerSecurityContext['capabilities']>>({
      addCapabilities: [1, repeated(string)],
      dropCapabilities: [2, repeated(string)],
      addAmbientCapabilities: [3, repeated(string)],
    }),
  ],
  privileged: [2, bool],
  namespaceOptions: [3, namespaceOptions],
  selinuxOptions: [4, seLinuxOptions],
  runAsUser: [5, wrapper(int64)],
  runAsGroup: [12, wrapper(int64)],
  runAsUsername: [6, string],
  readonlyRootfs: [7, bool],
  supplementalGroups: [8, repeated(int64)],
  supplementalGroupsPolicy: [17, groupsPolicy],
  noNewPrivs: [11, bool],
  maskedPaths: [13, repeated(string)],
  readonlyPaths: [14, repeated(string)],
  seccomp: [15, securityProfile],
  apparmor: [16, securityProfile],
});

// CRI's Signal, in its own order.
const signals = (
  'RUNTIME_DEFAULT SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL ' +
  'SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU ' +
  'SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN'
).split(' ');
for (let i = 1; i <= 15; i++) signals.push(`SIGRTMINPLUS${i}`);
for (let i = 14; i >= 1; i--) signals.push(`SIGRTMAXMINUS${i}`);
signals.push('SIGRTMAX');

export const containerConfig = message<ContainerConfig>({
  metadata: [1, message<ContainerConfig['metadata']>({ name: [1, string], attempt: [2, uint32] })],
  image: [2, imageSpec],
  command: [3, repeated(string)],
  args: [4, repeated(string)],
  workingDir: [5, string],
  envs: [6, repeated(message<{ key: string; value: string }>({ key: [1, string], value: [2, string] }))],
  mounts: [7, repeated(mount)],
  devices: [8, repeated(device)],
  labels: [9, stringMap],
  annotations: [10, stringMap],
  logPath: [11, string],
  stdin: [12, bool],
  stdinOnce: [13, bool],
  tty: [14, bool],
  linux: [
    15,
    message<NonNullable<ContainerConfig['linux']>>({
      resources: [1, linuxResources],
      securityContext: [2, containerSecurity],
    }),
  ],
  cdiDevices: [17, repeated(message<{ name: string }>({ name: [1, string] }))],
  stopSignal: [18, enumeration(...signals)],
});
