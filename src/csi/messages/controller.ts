// The Controller service without snapshots: volumes made, deleted, attached, grown and modified. Called by the CSI controllers.
import type { Method } from '../../kit/grpc/client.ts';
import { bool, enumeration, int64, string } from '../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap, wrapper } from '../../kit/protobuf/message.ts';
import {
  type CapacityRange,
  type CsiVolume,
  capacityRange,
  type Empty,
  empty,
  type StringMap,
  type Topology,
  type TopologyRequirement,
  topology,
  topologyRequirement,
  type VolumeCapability,
  type VolumeCondition,
  type VolumeContentSource,
  volume,
  volumeCapability,
  volumeContentSource,
} from './volume.ts';

export const CONTROLLER = '/csi.v1.Controller';

export interface CreateVolumeRequest {
  readonly name: string;
  readonly capacityRange: CapacityRange | undefined;
  readonly volumeCapabilities: readonly VolumeCapability[];
  readonly parameters: StringMap;
  readonly secrets: StringMap;
  readonly volumeContentSource: VolumeContentSource | undefined;
  readonly accessibilityRequirements: TopologyRequirement | undefined;
  readonly mutableParameters: StringMap;
}

export const createVolume: Method<CreateVolumeRequest, { readonly volume: CsiVolume | undefined }> = {
  path: `${CONTROLLER}/CreateVolume`,
  request: message({
    name: [1, string],
    capacityRange: [2, optional(capacityRange)],
    volumeCapabilities: [3, repeated<VolumeCapability>(volumeCapability)],
    parameters: [4, stringMap],
    secrets: [5, stringMap],
    volumeContentSource: [6, optional(volumeContentSource)],
    accessibilityRequirements: [7, optional(topologyRequirement)],
    mutableParameters: [8, stringMap],
  }),
  response: message({ volume: [1, optional(volume)] }),
};

export interface DeleteVolumeRequest {
  readonly volumeId: string;
  readonly secrets: StringMap;
}

export const deleteVolume: Method<DeleteVolumeRequest, Empty> = {
  path: `${CONTROLLER}/DeleteVolume`,
  request: message({ volumeId: [1, string], secrets: [2, stringMap] }),
  response: empty,
};

export interface ControllerPublishVolumeRequest {
  readonly volumeId: string;
  readonly nodeId: string;
  readonly volumeCapability: VolumeCapability | undefined;
  readonly readonly: boolean;
  readonly secrets: StringMap;
  readonly volumeContext: StringMap;
}

export const controllerPublishVolume: Method<
  ControllerPublishVolumeRequest,
  { readonly publishContext: StringMap }
> = {
  path: `${CONTROLLER}/ControllerPublishVolume`,
  request: message({
    volumeId: [1, string],
    nodeId: [2, string],
    volumeCapability: [3, optional(volumeCapability)],
    readonly: [4, bool],
    secrets: [5, stringMap],
    volumeContext: [6, stringMap],
  }),
  response: message({ publishContext: [1, stringMap] }),
};

export interface ControllerUnpublishVolumeRequest {
  readonly volumeId: string;
  readonly nodeId: string;
  readonly secrets: StringMap;
}

export const controllerUnpublishVolume: Method<ControllerUnpublishVolumeRequest, Empty> = {
  path: `${CONTROLLER}/ControllerUnpublishVolume`,
  request: message({ volumeId: [1, string], nodeId: [2, string], secrets: [3, stringMap] }),
  response: empty,
};

export interface ControllerExpandVolumeRequest {
  readonly volumeId: string;
  readonly capacityRange: CapacityRange | undefined;
  readonly secrets: StringMap;
  readonly volumeCapability: VolumeCapability | undefined;
}

export interface ControllerExpandVolumeResponse {
  readonly capacityBytes: number;
  readonly nodeExpansionRequired: boolean;
}

export const controllerExpandVolume: Method<ControllerExpandVolumeRequest, ControllerExpandVolumeResponse> = {
  path: `${CONTROLLER}/ControllerExpandVolume`,
  request: message({
    volumeId: [1, string],
    capacityRange: [2, optional(capacityRange)],
    secrets: [3, stringMap],
    volumeCapability: [4, optional(volumeCapability)],
  }),
  response: message({ capacityBytes: [1, int64], nodeExpansionRequired: [2, bool] }),
};

export interface ControllerModifyVolumeRequest {
  readonly volumeId: string;
  readonly secrets: StringMap;
  readonly mutableParameters: StringMap;
}

export const controllerModifyVolume: Method<ControllerModifyVolumeRequest, Empty> = {
  path: `${CONTROLLER}/ControllerModifyVolume`,
  request: message({ volumeId: [1, string], secrets: [2, stringMap], mutableParameters: [3, stringMap] }),
  response: empty,
};

export interface ControllerGetVolumeResponse {
  readonly volume: CsiVolume | undefined;
  readonly status:
    | { readonly publishedNodeIds: readonly string[]; readonly volumeCondition: VolumeCondition | undefined }
    | undefined;
}

export const controllerGetVolume: Method<{ readonly volumeId: string }, ControllerGetVolumeResponse> = {
  path: `${CONTROLLER}/ControllerGetVolume`,
  request: message({ volumeId: [1, string] }),
  response: message({
    volume: [1, optional(volume)],
    status: [
      2,
      optional(
        message({
          publishedNodeIds: [1, repeated<string>(string)],
          volumeCondition: [2, optional(message({ abnormal: [1, bool], message: [2, string] }))],
        }),
      ),
    ],
  }),
};

export interface GetCapacityRequest {
  readonly volumeCapabilities: readonly VolumeCapability[];
  readonly parameters: StringMap;
  readonly accessibleTopology: Topology | undefined;
}

export interface GetCapacityResponse {
  readonly availableCapacity: number;
  readonly maximumVolumeSize: number | undefined;
  readonly minimumVolumeSize: number | undefined;
}

export const getCapacity: Method<GetCapacityRequest, GetCapacityResponse> = {
  path: `${CONTROLLER}/GetCapacity`,
  request: message({
    volumeCapabilities: [1, repeated<VolumeCapability>(volumeCapability)],
    parameters: [2, stringMap],
    accessibleTopology: [3, optional(topology)],
  }),
  response: message({
    availableCapacity: [1, int64],
    maximumVolumeSize: [2, wrapper(int64)],
    minimumVolumeSize: [3, wrapper(int64)],
  }),
};

const CAPABILITIES = [
  'UNKNOWN',
  'CREATE_DELETE_VOLUME',
  'PUBLISH_UNPUBLISH_VOLUME',
  'LIST_VOLUMES',
  'GET_CAPACITY',
  'CREATE_DELETE_SNAPSHOT',
  'LIST_SNAPSHOTS',
  'CLONE_VOLUME',
  'PUBLISH_READONLY',
  'EXPAND_VOLUME',
  'LIST_VOLUMES_PUBLISHED_NODES',
  'VOLUME_CONDITION',
  'GET_VOLUME',
  'SINGLE_NODE_MULTI_WRITER',
  'MODIFY_VOLUME',
  'GET_SNAPSHOT',
  'UNRECOGNIZED',
] as const;
export type ControllerCapability = (typeof CAPABILITIES)[number];

export interface ControllerServiceCapability {
  readonly rpc: { readonly type: ControllerCapability } | undefined;
}

export const controllerGetCapabilities: Method<
  Empty,
  { readonly capabilities: readonly ControllerServiceCapability[] }
> = {
  path: `${CONTROLLER}/ControllerGetCapabilities`,
  request: empty,
  response: message({
    capabilities: [
      1,
      repeated<ControllerServiceCapability>(
        message({ rpc: [1, optional(message({ type: [1, enumeration(...CAPABILITIES)] }))] }),
      ),
    ],
  }),
};
