// Work on the store of a cluster that does not run: `tiphys snapshot restore` and `tiphys repair`. A server's is cluster/server/restore.ts.
import { existsSync, renameSync } from 'node:fs';
import { systemClock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type RepairReport, repairStore } from '../../store/repair/repair.ts';
import { SnapshotError, type SnapshotHeader } from '../../store/snapshot/format.ts';
import { readSnapshot } from '../../store/snapshot/read.ts';
import { type Restored, restoreSnapshot } from '../../store/snapshot/restore.ts';
import { callControl } from '../control/client.ts';
import { UserError } from '../progress.ts';
import { clusterPaths, makePrivate } from '../state/paths.ts';

/** A process that has the store answers within so many milliseconds. */
const LIMIT_MS = 2_000;

export async function checkSnapshot(file: string): Promise<SnapshotHeader> {
  return asUserError(() => readSnapshot(file));
}

export interface RestoreRequest {
  readonly file: string;
  readonly dataDir: string;
  readonly bump: number;
  /** Whether a store that is there is moved aside. */
  readonly replace: boolean;
}

export async function restoreStore(request: RestoreRequest): Promise<Restored & { movedTo?: string }> {
  const { file, dataDir, bump, replace } = request;
  await refuseRunning(dataDir);
  await checkSnapshot(file);
  const { root, store } = clusterPaths(dataDir);
  const old = existsSync(store) ? `${store}-before-${stamp()}` : undefined;
  if (old && !replace) throw new UserError(`${store} exists; --replace moves it aside`);
  makePrivate(root);
  const restored = `${store}.restored`;
  const result = await asUserError(() => restoreSnapshot({ file, directory: restored, bump }));
  if (existsSync(store)) renameSync(store, old ?? `${store}-before-${stamp()}`);
  renameSync(restored, store);
  return old ? { ...result, movedTo: old } : result;
}

export async function repair(dataDir: string): Promise<RepairReport> {
  await refuseRunning(dataDir);
  const { store } = clusterPaths(dataDir);
  if (!existsSync(store)) throw new UserError(`${store}: there is no store`);
  return repairStore(store, stamp());
}

async function refuseRunning(dataDir: string): Promise<void> {
  const running = await callControl(clusterPaths(dataDir).storeControl, 'status', {}, LIMIT_MS).then(
    () => true,
    () => false,
  );
  if (running) throw new UserError(`the cluster in ${dataDir} is running; end it with tiphys down first`);
}

const stamp = () => new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-');

async function asUserError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SnapshotError) throw new UserError(messageOf(error));
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UserError(messageOf(error));
    throw error;
  }
}
