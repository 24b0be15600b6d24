// Every kind of fault, by where it strikes.
import type { Fault } from './fault.ts';
import { clockBack, clockForward } from './machine/clock.ts';
import { diskFull } from './machine/disk-full.ts';
import { fullProcessTable } from './machine/full-process-table.ts';
import { noFileDescriptors } from './machine/no-file-descriptors.ts';
import { outOfMemory } from './machine/out-of-memory.ts';
import { readOnlyDisk } from './machine/read-only-disk.ts';
import { connectionResets } from './network/connection-resets.ts';
import { halfOpenConnections } from './network/half-open-connections.ts';
import { slowNetwork } from './network/slow-network.ts';
import { stalledNetwork } from './network/stalled-network.ts';
import { blockEventLoop } from './processes/block-event-loop.ts';
import { killAll } from './processes/kill-all.ts';
import { killControlPlane } from './processes/kill-control-plane.ts';
import { killDuringStart } from './processes/kill-during-start.ts';
import { killNodeAgent } from './processes/kill-node-agent.ts';
import { pause } from './processes/pause.ts';
import { restartLoop } from './processes/restart-loop.ts';
import { stop } from './processes/stop.ts';
import { compaction } from './store/compaction.ts';
import { failAfterCommit } from './store/fail-after-commit.ts';
import { failBeforeCommit } from './store/fail-before-commit.ts';
import { killAfterCommit, killBeforeCommit } from './store/kill-at-commit.ts';
import { killStoreThread } from './store/kill-store-thread.ts';
import { slowCommits } from './store/slow-commits.ts';

export const faultsByPlace = {
  processes: [
    ...[killControlPlane, killNodeAgent, killAll, killDuringStart, restartLoop, pause, stop],
    blockEventLoop,
  ],
  store: [
    ...[failBeforeCommit, failAfterCommit, killBeforeCommit, killAfterCommit, killStoreThread, slowCommits],
    compaction,
  ],
  network: [connectionResets, halfOpenConnections, stalledNetwork, slowNetwork],
  machine: [
    ...[diskFull, readOnlyDisk, clockForward, clockBack, noFileDescriptors, fullProcessTable],
    outOfMemory,
  ],
} satisfies Record<string, readonly Fault[]>;

export const faults: readonly Fault[] = Object.values(faultsByPlace).flat();
