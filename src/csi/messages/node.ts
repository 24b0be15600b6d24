// The Node service: a volume made usable on one node. Called by the kubelet.
import type { Method } from '../../kit/grpc/client.ts';
import { bool, enumeration, int64, string } from '../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap } from '../../kit/protobuf/message.ts';
import {
  type CapacityRange,
  capacityRange,
  type Empty,
  empty,
  type StringMap,
  type Topology,
  topology,
  type VolumeCapability,
  type VolumeCondition,
  volumeCapability,
} from './volume.ts';

const SERVICE = '/csi.v1.Node';

export interface NodeStageVolumeRequest {
  readonly volumeId: string;
  readonly publishContext: StringMap;
  readonly stagingTargetPath: string;
  readonly volumeCapability: VolumeCapability | undefined;
  readonly secrets: StringMap;
  readonly volumeContext: StringMap;
}

export const nodeStageVolume: Method<NodeStageVolumeRequest, Empty> = {
  path: `${SERVICE}/NodeStageVolume`,
  request: message({
    volumeId: [1, string],
    publishContext: [2, stringMap],
    stagingTargetPath: [3, string],
    volumeCapability: [4, optional(volumeCapability)],
    secrets: [5, stringMap],
    volumeContext: [6, stringMap],
  }),
  response: empty,
};

export interface NodeUnstageVolumeRequest {
  readonly volumeId: string;
  readonly stagingTargetPath: string;
}

export const nodeUnstageVolume: Method<NodeUnstageVolumeRequest, Empty> = {
  path: `${SERVICE}/NodeUnstageVolume`,
  request: message({ volumeId: [1, string], stagingTargetPath: [2, string] }),
  response: empty,
};

export interface NodePublishVolumeRequest {
  readonly volumeId: string;
  readonly publishContext: StringMap;
  /** '' when the driver does not stage. */
  readonly stagingTargetPath: string;
  readonly targetPath: string;
  readonly volumeCapability: VolumeCapability | undefined;
  readonly readonly: boolean;
  readonly secrets: StringMap;
  readonly volumeContext: StringMap;
}

export const nodePublishVolume: Method<NodePublishVolumeRequest, Empty> = {
  path: `${SERVICE}/NodePublishVolume`,
  request: message({
    volumeId: [1, string],
    publishContext: [2, stringMap],
    stagingTargetPath: [3, string],
    targetPath: [4, string],
    volumeCapability: [5, optional(volumeCapability)],
    readonly: [6, bool],
    secrets: [7, stringMap],
    volumeContext: [8, stringMap],
  }),
  response: empty,
};

export interface NodeUnpublishVolumeRequest {
  readonly volumeId: string;
  readonly targetPath: string;
}

export const nodeUnpublishVolume: Method<NodeUnpublishVolumeRequest, Empty> = {
  path: `${SERVICE}/NodeUnpublishVolume`,
  request: message({ volumeId: [1, string], targetPath: [2, string] }),
  response: empty,
};

export interface NodeGetVolumeStatsRequest {
  readonly volumeId: string;
  readonly volumePath: string;
  readonly stagingTargetPath: string;
}

const UNITS = ['UNKNOWN', 'BYTES', 'INODES', 'UNRECOGNIZED'] as const;

export interface VolumeUsage {
  readonly available: number;
  readonly total: number;
  readonly used: number;
  readonly unit: (typeof UNITS)[number];
}

export interface NodeGetVolumeStatsResponse {
  readonly usage: readonly VolumeUsage[];
  readonly volumeCondition: VolumeCondition | undefined;
}

export const nodeGetVolumeStats: Method<NodeGetVolumeStatsRequest, NodeGetVolumeStatsResponse> = {
  path: `${SERVICE}/NodeGetVolumeStats`,
  request: message({ volumeId: [1, string], volumePath: [2, string], stagingTargetPath: [3, string] }),
  response: message({
    usage: [
      1,
      repeated<VolumeUsage>(
        message({
          available: [1, int64],
          total: [2, int64],
          used: [3, int64],
          unit: [4, enumeration(...UNITS)],
        }),
      ),
    ],
    volumeCondition: [2, optional(message({ abnormal: [1, bool], message: [2, string] }))],
  }),
};

export interface NodeExpandVolumeRequest {
  readonly volumeId: string;
  readonly volumePath: string;
  readonly capacityRange: CapacityRange | undefined;
  readonly stagingTargetPath: string;
  readonly volumeCapability: VolumeCapability | undefined;
  readonly secrets: StringMap;
}

export const nodeExpandVolume: Method<NodeExpandVolumeRequest, { readonly capacityBytes: number }> = {
  path: `${SERVICE}/NodeExpandVolume`,
  request: message({
    volumeId: [1, string],
    volumePath: [2, string],
    capacityRange: [3, optional(capacityRange)],
    stagingTargetPath: [4, string],
    volumeCapability: [5, optional(volumeCapability)],
    secrets: [6, stringMap],
  }),
  response: message({ capacityBytes: [1, int64] }),
};

const CAPABILITIES = [
  'UNKNOWN',
  'STAGE_UNSTAGE_VOLUME',
  'GET_VOLUME_STATS',
  'EXPAND_VOLUME',
  'VOLUME_CONDITION',
  'SINGLE_NODE_MULTI_WRITER',
  'VOLUME_MOUNT_GROUP',
  'UNRECOGNIZED',
] as const;
export type NodeCapability = (typeof CAPABILITIES)[number];

export interface NodeServiceCapability {
  readonly rpc: { readonly type: NodeCapability } | undefined;
}

export const nodeGetCapabilities: Method<Empty, { readonly capabilities: readonly NodeServiceCapability[] }> =
  {
    path: `${SERVICE}/NodeGetCapabilities`,
    request: empty,
    response: message({
      capabilities: [
        1,
        repeated<NodeServiceCapability>(
          message({ rpc: [1, optional(message({ type: [1, enumeration(...CAPABILITIES)] }))] }),
        ),
      ],
    }),
  };

export interface NodeGetInfoResponse {
  readonly nodeId: string;
  /** 0 for no limit. */
  readonly maxVolumesPerNode: number;
  readonly accessibleTopology: Topology | undefined;
}

export const nodeGetInfo: Method<Empty, NodeGetInfoResponse> = {
  path: `${SERVICE}/NodeGetInfo`,
  request: empty,
  response: message({
    nodeId: [1, string],
    maxVolumesPerNode: [2, int64],
    accessibleTopology: [3, optional(topology)],
  }),
};
