// The types of /stats/summary (k8s.io/kubelet stats/v1alpha1), as far as they are filled here.
import { rfc3339 } from '../../kit/clock.ts';

/** When something was measured. The summary tells seconds, as the API does; metrics pages tell milliseconds. */
export class Instant {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  toJSON(): string {
    return rfc3339(this.ms);
  }
}

export interface CpuStats {
  readonly time: Instant;
  readonly usageNanoCores: number;
  readonly usageCoreNanoSeconds: number;
}

export interface MemoryStats {
  readonly time: Instant;
  readonly availableBytes?: number;
  readonly usageBytes: number;
  readonly workingSetBytes: number;
  readonly rssBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
}

export interface FsStats {
  readonly time: Instant;
  readonly availableBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
  readonly inodesUsed: number;
}

export interface VolumeSummary extends Required<FsStats> {
  /** As the pod calls it. */
  readonly name: string;
  readonly pvcRef?: { readonly name: string; readonly namespace: string };
  readonly volumeHealthStats?: { readonly abnormal: boolean };
}

export interface NetworkStats {
  readonly time: Instant;
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface ContainerSummary {
  readonly name: string;
  readonly startTime: Instant;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly rootfs?: FsStats;
}

export interface PodStats {
  readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly startTime: string;
  readonly containers: ContainerSummary[];
  cpu?: CpuStats;
  memory?: MemoryStats;
  network?: NetworkStats;
  volume?: readonly VolumeSummary[];
  process_stats?: { readonly process_count: number };
}

export interface Summary {
  readonly node: {
    readonly nodeName: string;
    readonly startTime: string;
    readonly cpu: CpuStats;
    readonly memory: MemoryStats;
    readonly fs?: FsStats;
    readonly runtime?: { readonly imageFs: FsStats };
  };
  readonly pods: readonly PodStats[];
}
