// What a runtime measures of containers and sandboxes. A value that the runtime did not report is undefined.
import type { FilesystemUsage } from './image-types.ts';

export interface CpuUsage {
  timestamp: number;
  usageCoreNanoSeconds?: number;
  /** Often 0 or absent: compute the rate from two readings. */
  usageNanoCores?: number;
}

export interface MemoryUsage {
  timestamp: number;
  workingSetBytes?: number;
  availableBytes?: number;
  usageBytes?: number;
  rssBytes?: number;
  pageFaults?: number;
  majorPageFaults?: number;
}

export interface SwapUsage {
  timestamp: number;
  swapAvailableBytes?: number;
  swapUsageBytes?: number;
}

export interface ContainerStats {
  attributes: {
    id: string;
    metadata: { name: string; attempt: number };
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  cpu?: CpuUsage;
  memory?: MemoryUsage;
  writableLayer?: FilesystemUsage;
  swap?: SwapUsage;
}

export interface NetworkInterfaceUsage {
  name: string;
  rxBytes?: number;
  rxErrors?: number;
  txBytes?: number;
  txErrors?: number;
}

export interface PodSandboxStats {
  attributes: {
    id: string;
    metadata: { name: string; uid: string; namespace: string; attempt: number };
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  linux?: {
    cpu?: CpuUsage;
    memory?: MemoryUsage;
    network?: {
      timestamp: number;
      defaultInterface?: NetworkInterfaceUsage;
      interfaces: NetworkInterfaceUsage[];
    };
    process?: { timestamp: number; processCount?: number };
    containers: ContainerStats[];
  };
}
