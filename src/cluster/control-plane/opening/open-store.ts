// Opens the store of a control plane: the embedded one in its directory, or etcd. Called by control-plane.ts.
import { dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { StoredLayout } from '../../../apiserver/encryption/encrypted-store.ts';
import type { ApiServerOptions } from '../../../apiserver/options.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import { CorruptStoreError, type DiskAlarmError } from '../../../store/failures.ts';
import type { SavableStore } from '../../backup/savable-store.ts';
import { UserError } from '../../progress.ts';
import type { ControlPlaneSettings } from '../settings.ts';

export interface OpenStoreOptions {
  readonly settings: Pick<ControlPlaneSettings, 'store' | 'storage' | 'etcd'>;
  /** What is served besides the kinds that are always there. */
  readonly apis?: ApiServerOptions['apis'];
  /** Of the embedded store; started early, to save time. */
  readonly storeWorker?: Worker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Nothing can be written any more, until the store is opened again. */
  readonly onFailure: (error: Error) => void;
}

export interface OpenedStore {
  readonly store: SavableStore;
  /** Of etcd: for encryption at rest, above the store. */
  readonly layout?: StoredLayout;
  readonly metrics?: () => string;
}

export async function openControlPlaneStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { etcd } = options.settings;
  if (!etcd) return { store: await openEmbedded(options) };
  const { openEtcd } = await import('./open-etcd.ts');
  return openEtcd({ ...options, settings: etcd });
}

async function openEmbedded(options: OpenStoreOptions): Promise<SavableStore> {
  const { settings, storeWorker: worker, clock, log, onFailure } = options;
  const { openSqliteStore } = await import('../../../store/sqlite/sqlite-store.ts');
  const { quotaBytes } = settings.storage;
  return openSqliteStore({
    directory: settings.store,
    clock,
    ...(worker && { worker }),
    ...(quotaBytes && { limits: { quotaBytes } }),
    onFailure,
    onAlarm: (error) => diskChanged(log, error),
  }).catch((error) => {
    throw error instanceof CorruptStoreError ? damaged(settings, error) : error;
  });
}

function diskChanged(log: Logger, error: DiskAlarmError | undefined): void {
  if (error) log.warn('the disk takes no writes; reads go on', { alarm: error.kind, reason: error.message });
  else log.info('the disk takes writes again');
}

const damaged = ({ store }: Pick<ControlPlaneSettings, 'store'>, { message }: Error) =>
  new UserError(
    `the store is damaged: ${message}; ` +
      `tiphys repair --data-dir ${dirname(store)} keeps what can be read, tiphys snapshot restore goes back to a snapshot`,
  );
