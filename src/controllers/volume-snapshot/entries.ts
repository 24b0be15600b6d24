// The controllers of snapshots for the list of all controllers: upstream's snapshot-controller and its sidecar csi-snapshotter, each loaded
// when the first snapshot is seen. Read by all.ts.
import type { Entry } from '../entry.ts';
import { onceThereAreSnapshots } from './on-demand.ts';

/** Attempts of one key: from a second to five minutes apart, as upstream waits. */
const BACKOFF = { base: 1_000, cap: 300_000 };

export const snapshotControllers: Readonly<Record<string, Entry>> = {
  'csi-snapshotter': {
    create: (context, { csi }) =>
      onceThereAreSnapshots(context, { name: 'csi-snapshotter', workers: 10, backoff: BACKOFF }, async () =>
        (await import('../csi-snapshotter/controller.ts')).createCsiSnapshotter(context, csi),
      ),
  },
  'volume-snapshot-controller': {
    create: (context) =>
      onceThereAreSnapshots(
        context,
        // One at a time: a claim is let go only when no other snapshot of it is being taken.
        { name: 'volume-snapshot-controller', workers: 1, backoff: BACKOFF },
        async () => (await import('./controller.ts')).createVolumeSnapshotController(context),
      ),
    account: 'volume-snapshot',
    component: 'snapshot-controller',
  },
};
