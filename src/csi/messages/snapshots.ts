// The Controller service's snapshots.
import type { Method } from '../../kit/grpc/client.ts';
import { bool, int64, string } from '../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap } from '../../kit/protobuf/message.ts';
import { CONTROLLER } from './controller.ts';
import { type Empty, empty, type StringMap } from './volume.ts';

/** google.protobuf.Timestamp. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export interface CsiSnapshot {
  /** What a volume made from it takes at least; 0 when the driver does not know. */
  readonly sizeBytes: number;
  readonly snapshotId: string;
  readonly sourceVolumeId: string;
  readonly creationTime: Timestamp | undefined;
  /** False while the driver still uploads it: it asks to be called again. */
  readonly readyToUse: boolean;
  readonly groupSnapshotId: string;
}

const snapshot = message<CsiSnapshot>({
  sizeBytes: [1, int64],
  snapshotId: [2, string],
  sourceVolumeId: [3, string],
  creationTime: [4, optional(message<Timestamp>({ seconds: [1, int64], nanos: [2, int64] }))],
  readyToUse: [5, bool],
  groupSnapshotId: [6, string],
});

export interface CreateSnapshotRequest {
  readonly sourceVolumeId: string;
  readonly name: string;
  readonly secrets: StringMap;
  readonly parameters: StringMap;
}

export const createSnapshot: Method<CreateSnapshotRequest, { readonly snapshot: CsiSnapshot | undefined }> = {
  path: `${CONTROLLER}/CreateSnapshot`,
  request: message({
    sourceVolumeId: [1, string],
    name: [2, string],
    secrets: [3, stringMap],
    parameters: [4, stringMap],
  }),
  response: message({ snapshot: [1, optional(snapshot)] }),
};

export interface DeleteSnapshotRequest {
  readonly snapshotId: string;
  readonly secrets: StringMap;
}

export const deleteSnapshot: Method<DeleteSnapshotRequest, Empty> = {
  path: `${CONTROLLER}/DeleteSnapshot`,
  request: message({ snapshotId: [1, string], secrets: [2, stringMap] }),
  response: empty,
};

export interface ListSnapshotsRequest {
  readonly maxEntries: number;
  readonly startingToken: string;
  readonly sourceVolumeId: string;
  readonly snapshotId: string;
  readonly secrets: StringMap;
}

export interface ListSnapshotsResponse {
  readonly entries: readonly { readonly snapshot: CsiSnapshot | undefined }[];
  readonly nextToken: string;
}

export const listSnapshots: Method<ListSnapshotsRequest, ListSnapshotsResponse> = {
  path: `${CONTROLLER}/ListSnapshots`,
  request: message({
    maxEntries: [1, int64],
    startingToken: [2, string],
    sourceVolumeId: [3, string],
    snapshotId: [4, string],
    secrets: [5, stringMap],
  }),
  response: message({
    entries: [
      1,
      repeated<{ readonly snapshot: CsiSnapshot | undefined }>(
        message({ snapshot: [1, optional(snapshot)] }),
      ),
    ],
    nextToken: [2, string],
  }),
};
