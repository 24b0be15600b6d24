// Field numbers of CRI v1's responses: lists, statuses, statistics, images.
// From k8s.io/cri-api/pkg/apis/runtime/v1/api.proto.

import {
  bool,
  enumeration,
  int32,
  int64,
  nanoseconds,
  string,
  uint32,
  uint64,
} from '../../../kit/protobuf/codec.ts';
import { message, repeated, stringMap, wrapper } from '../../../kit/protobuf/message.ts';
import type { LinuxContainerResources } from '../../config.ts';
import type { Image, ImageSpec } from '../../image-types.ts';
import type {
  ContainerMetadata,
  ContainerState,
  PodSandboxMetadata,
  PodSandboxState,
  RuntimeCondition,
} from '../../runtime.ts';
import type { CpuUsage, MemoryUsage, NetworkInterfaceUsage, SwapUsage } from '../../stats.ts';
import { imageSpec, linuxResources } from './config-messages.ts';

export const sandboxState = enumeration<readonly PodSandboxState[]>('ready', 'notReady');
export const containerState = enumeration<readonly ContainerState[]>(
  'created',
  'running',
  'exited',
  'unknown',
);

const sandboxMetadata = message<PodSandboxMetadata>({
  name: [1, string],
  uid: [2, string],
  namespace: [3, string],
  attempt: [4, uint32],
});
const containerMetadata = message<ContainerMetadata>({ name: [1, string], attempt: [2, uint32] });

interface WirePodSandbox {
  id: string;
  metadata?: PodSandboxMetadata;
  state: PodSandboxState;
  createdAt: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  runtimeHandler: string;
}

export const podSandbox = message<WirePodSandbox>({
  id: [1, string],
  metadata: [2, sandboxMetadata],
  state: [3, sandboxState],
  createdAt: [4, nanoseconds],
  labels: [5, stringMap],
  annotations: [6, stringMap],
  runtimeHandler: [7, string],
});

interface Network {
  ip: string;
  additionalIps: { ip: string }[];
}

export interface WirePodSandboxStatus extends WirePodSandbox {
  network?: Network;
}

export const podSandboxStatus = message<WirePodSandboxStatus>({
  id: [1, string],
  metadata: [2, sandboxMetadata],
  state: [3, sandboxState],
  createdAt: [4, nanoseconds],
  network: [
    5,
    message<Network>({
      ip: [1, string],
      additionalIps: [2, repeated(message<{ ip: string }>({ ip: [1, string] }))],
    }),
  ],
  labels: [7, stringMap],
  annotations: [8, stringMap],
  runtimeHandler: [9, string],
});

export interface WireContainer {
  id: string;
  podSandboxId: string;
  metadata?: ContainerMetadata;
  image?: ImageSpec;
  imageRef: string;
  state: ContainerState;
  createdAt: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export const container = message<WireContainer>({
  id: [1, string],
  podSandboxId: [2, string],
  metadata: [3, containerMetadata],
  image: [4, imageSpec],
  imageRef: [5, string],
  state: [6, containerState],
  createdAt: [7, nanoseconds],
  labels: [8, stringMap],
  annotations: [9, stringMap],
});

interface WireMount {
  containerPath: string;
  hostPath: string;
  readonly: boolean;
}

export interface WireContainerStatus extends Omit<WireContainer, 'podSandboxId'> {
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  mounts: WireMount[];
  logPath: string;
  resources?: LinuxContainerResources;
}

export const containerStatus = message<WireContainerStatus>({
  id: [1, string],
  metadata: [2, containerMetadata],
  state: [3, containerState],
  createdAt: [4, nanoseconds],
  startedAt: [5, nanoseconds],
  finishedAt: [6, nanoseconds],
  exitCode: [7, int32],
  image: [8, imageSpec],
  imageRef: [9, string],
  reason: [10, string],
  message: [11, string],
  labels: [12, stringMap],
  annotations: [13, stringMap],
  mounts: [
    14,
    repeated(message<WireMount>({ containerPath: [1, string], hostPath: [2, string], readonly: [3, bool] })),
  ],
  logPath: [15, string],
  resources: [16, wrapper(linuxResources)],
});

export const runtimeCondition = message<RuntimeCondition>({
  type: [1, string],
  status: [2, bool],
  reason: [3, string],
  message: [4, string],
});

export const image = message<Image>({
  id: [1, string],
  repoTags: [2, repeated(string)],
  repoDigests: [3, repeated(string)],
  size: [4, uint64],
  uid: [5, wrapper(int64)],
  username: [6, string],
  pinned: [8, bool],
});

export interface WireFilesystemUsage {
  timestamp: number;
  mountpoint?: string;
  usedBytes?: number;
  inodesUsed?: number;
}

export const filesystemUsage = message<WireFilesystemUsage>({
  timestamp: [1, nanoseconds],
  mountpoint: [2, wrapper(string)],
  usedBytes: [3, wrapper(uint64)],
  inodesUsed: [4, wrapper(uint64)],
});

const cpuUsage = message<CpuUsage>({
  timestamp: [1, nanoseconds],
  usageCoreNanoSeconds: [2, wrapper(uint64)],
  usageNanoCores: [3, wrapper(uint64)],
});

const memoryUsage = message<MemoryUsage>({
  timestamp: [1, nanoseconds],
  workingSetBytes: [2, wrapper(uint64)],
  availableBytes: [3, wrapper(uint64)],
  usageBytes: [4, wrapper(uint64)],
  rssBytes: [5, wrapper(uint64)],
  pageFaults: [6, wrapper(uint64)],
  majorPageFaults: [7, wrapper(uint64)],
});

interface Attributes<M> {
  id: string;
  metadata: M;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface WireContainerStats {
  attributes: Attributes<ContainerMetadata>;
  cpu?: CpuUsage;
  memory?: MemoryUsage;
  writableLayer?: WireFilesystemUsage;
  swap?: SwapUsage;
}

export const containerStats = message<WireContainerStats>({
  attributes: [
    1,
    message<Attributes<ContainerMetadata>>({
      id: [1, string],
      metadata: [2, containerMetadata],
      labels: [3, stringMap],
      annotations: [4, stringMap],
    }),
  ],
  cpu: [2, cpuUsage],
  memory: [3, memoryUsage],
  writableLayer: [4, filesystemUsage],
  swap: [
    5,
    message<SwapUsage>({
      timestamp: [1, nanoseconds],
      swapAvailableBytes: [2, wrapper(uint64)],
      swapUsageBytes: [3, wrapper(uint64)],
    }),
  ],
});

const interfaceUsage = message<NetworkInterfaceUsage>({
  name: [1, string],
  rxBytes: [2, wrapper(uint64)],
  rxErrors: [3, wrapper(uint64)],
  txBytes: [4, wrapper(uint64)],
  txErrors: [5, wrapper(uint64)],
});

interface WireNetworkUsage {
  timestamp: number;
  defaultInterface?: NetworkInterfaceUsage;
  interfaces: NetworkInterfaceUsage[];
}

interface WireProcessUsage {
  timestamp: number;
  processCount?: number;
}

interface WireLinuxPodStats {
  cpu?: CpuUsage;
  memory?: MemoryUsage;
  network?: WireNetworkUsage;
  process?: WireProcessUsage;
  containers: WireContainerStats[];
}

export interface WirePodSandboxStats {
  attributes: Attributes<PodSandboxMetadata>;
  linux?: WireLinuxPodStats;
}

export const podSandboxStats = message<WirePodSandboxStats>({
  attributes: [
    1,
    message<Attributes<PodSandboxMetadata>>({
      id: [1, string],
      metadata: [2, sandboxMetadata],
      labels: [3, stringMap],
      annotations: [4, stringMap],
    }),
  ],
  linux: [
    2,
    message<WireLinuxPodStats>({
      cpu: [1, cpuUsage],
      memory: [2, memoryUsage],
      network: [
        3,
        message<WireNetworkUsage>({
          timestamp: [1, nanoseconds],
          defaultInterface: [2, interfaceUsage],
          interfaces: [3, repeated(interfaceUsage)],
        }),
      ],
      process: [
        4,
        message<WireProcessUsage>({ timestamp: [1, nanoseconds], processCount: [2, wrapper(uint64)] }),
      ],
      containers: [5, repeated(containerStats)],
    }),
  ],
});
