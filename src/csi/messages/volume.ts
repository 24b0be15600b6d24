// Messages that several services of csi.proto share: volumes, capabilities of volumes, topology, sources of contents.
import { enumeration, int64, string } from '../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap } from '../../kit/protobuf/message.ts';

export type StringMap = Record<string, string>;

/** A message without fields: an answer that says nothing more, or a choice without details. */
export type Empty = Readonly<Record<never, never>>;
export const empty = message<Empty>({});

const ACCESS_MODES = [
  'UNKNOWN',
  'SINGLE_NODE_WRITER',
  'SINGLE_NODE_READER_ONLY',
  'MULTI_NODE_READER_ONLY',
  'MULTI_NODE_SINGLE_WRITER',
  'MULTI_NODE_MULTI_WRITER',
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
  'UNRECOGNIZED',
] as const;
export type CsiAccessMode = (typeof ACCESS_MODES)[number];

export interface MountCapability {
  readonly fsType: string;
  readonly mountFlags: readonly string[];
  /** A group that the driver gives the files to while it mounts; decimal, '' for none. */
  readonly volumeMountGroup: string;
}

/** How a volume is used: exactly one of `block` and `mount` is set. */
export interface VolumeCapability {
  readonly block: Empty | undefined;
  readonly mount: MountCapability | undefined;
  readonly accessMode: { readonly mode: CsiAccessMode } | undefined;
}

export const volumeCapability = message<VolumeCapability>({
  block: [1, optional(empty)],
  mount: [
    2,
    optional(
      message<MountCapability>({
        fsType: [1, string],
        mountFlags: [2, repeated<string>(string)],
        volumeMountGroup: [3, string],
      }),
    ),
  ],
  accessMode: [3, optional(message<{ mode: CsiAccessMode }>({ mode: [1, enumeration(...ACCESS_MODES)] }))],
});

/** Bytes; 0 means no limit on that side. */
export interface CapacityRange {
  readonly requiredBytes: number;
  readonly limitBytes: number;
}

export const capacityRange = message<CapacityRange>({ requiredBytes: [1, int64], limitBytes: [2, int64] });

export interface Topology {
  readonly segments: StringMap;
}

export const topology = message<Topology>({ segments: [1, stringMap] });

export interface TopologyRequirement {
  readonly requisite: readonly Topology[];
  readonly preferred: readonly Topology[];
}

export const topologyRequirement = message<TopologyRequirement>({
  requisite: [1, repeated<Topology>(topology)],
  preferred: [2, repeated<Topology>(topology)],
});

/** Where a new volume's contents come from: one of the two. */
export interface VolumeContentSource {
  readonly snapshot: { readonly snapshotId: string } | undefined;
  readonly volume: { readonly volumeId: string } | undefined;
}

export const volumeContentSource = message<VolumeContentSource>({
  snapshot: [1, optional(message<{ snapshotId: string }>({ snapshotId: [1, string] }))],
  volume: [2, optional(message<{ volumeId: string }>({ volumeId: [1, string] }))],
});

export interface CsiVolume {
  /** 0 when the driver does not know. */
  readonly capacityBytes: number;
  readonly volumeId: string;
  readonly volumeContext: StringMap;
  readonly contentSource: VolumeContentSource | undefined;
  readonly accessibleTopology: readonly Topology[];
}

export const volume = message<CsiVolume>({
  capacityBytes: [1, int64],
  volumeId: [2, string],
  volumeContext: [3, stringMap],
  contentSource: [4, optional(volumeContentSource)],
  accessibleTopology: [5, repeated<Topology>(topology)],
});

export interface VolumeCondition {
  readonly abnormal: boolean;
  readonly message: string;
}
