// What keeps a snapshot from going on: written into its status and told by an event, once for each message. Then it is tried again.
// Upstream: updateSnapshotErrorStatusWithEvent.
import { VolumeSnapshot, type VolumeSnapshotStatus } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { ControllerContext } from '../framework/controller.ts';

type Snapshot = Readonly<VolumeSnapshot & KubeObject>;

export class Problem extends Error {
  readonly reason: string;
  /** Whether the snapshot is no longer ready, if it was. */
  readonly endsReadiness: boolean;

  constructor(reason: string, message: string, endsReadiness = true) {
    super(message);
    this.reason = reason;
    this.endsReadiness = endsReadiness;
  }
}

/** Returns the snapshot as it is then; undefined if nothing is new. */
export async function report(
  { client, events, clock }: Pick<ControllerContext, 'client' | 'events' | 'clock'>,
  snapshot: Snapshot,
  { reason, message, endsReadiness }: Problem,
): Promise<Snapshot | undefined> {
  if (snapshot.status?.error?.message === message) return undefined;
  events.record(referenceTo(VolumeSnapshot, snapshot), 'Warning', reason, message);
  const status: VolumeSnapshotStatus = {
    ...snapshot.status,
    error: { time: rfc3339(clock.now()), message },
    ...(endsReadiness && { readyToUse: false }),
  };
  const written = await client.update(VolumeSnapshot, { ...snapshot, status }, { subresource: 'status' });
  return written as Snapshot;
}
