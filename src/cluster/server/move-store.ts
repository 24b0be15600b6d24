// Moves what the embedded store has into the first member of the servers' own etcd, while nobody uses either: with every revision, lease
// and uid as it is, so that clients go on where they were. It can be repeated after a crash at any point. Called by store-engine.ts.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { EtcdNames } from '../../store/etcd-file/etcd-database.ts';
import type { MemberPlace } from '../etcd-member/member-flags.ts';
import { restoreMember } from '../etcd-member/restore-member.ts';
import { featureGates } from '../feature-gates.ts';
import { servedApis } from '../runtime-config.ts';
import { clusterPaths } from '../state/paths.ts';
import type { ServerFlags } from './flags.ts';

export interface MoveOptions {
  readonly flags: Pick<ServerFlags, 'dataDir' | 'featureGates' | 'runtimeConfig'>;
  readonly place: MemberPlace;
  /** Of etcd. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
}

export const hasEmbeddedStore = (dataDir: string): boolean =>
  existsSync(join(clusterPaths(dataDir).store, 'store.db'));

/** Gives how many keys there are. */
export async function moveStore({ flags, place, directory, clock, random }: MoveOptions): Promise<number> {
  const { store: path } = clusterPaths(flags.dataDir);
  const { openSqliteStore } = await import('../../store/sqlite/sqlite-store.ts');
  const { writeEtcdDatabase } = await import('../../store/etcd-file/etcd-database.ts');
  const database = `${directory}.db`;
  rmSync(database, { force: true });
  const store = await openSqliteStore({ directory: path, clock });
  try {
    const { entries, revision, dueOf } = store.capture();
    const names = await etcdNames(flags, random);
    const records = entries.map((entry) => ({ ...entry, due: dueOf(entry.revision) }));
    writeEtcdDatabase({ file: database, records, revision, names, now: clock.now() });
    // What of it was killed in the middle is in the way.
    rmSync(directory, { recursive: true, force: true });
    await restoreMember(database, directory, place, random.uuid());
    return entries.length;
  } finally {
    await store.close();
    rmSync(database, { force: true });
  }
}

/** Once etcd has everything; the file stays, for who wants to go back. */
export function putStoreAway(dataDir: string, clock: Clock): void {
  const { store } = clusterPaths(dataDir);
  if (hasEmbeddedStore(dataDir)) renameSync(store, `${store}-before-${stampOf(clock)}`);
}

export const stampOf = (clock: Pick<Clock, 'now'>): string =>
  new Date(clock.now()).toISOString().replace(/[:.]/g, '-');

async function etcdNames(flags: MoveOptions['flags'], random: Random): Promise<EtcdNames> {
  const [{ etcdCodec }, { Layout }] = await Promise.all([
    import('../../apiserver/etcd-layout/etcd-codec.ts'),
    import('../../store/etcd/layout.ts'),
  ]);
  const codec = etcdCodec(random, await servedApis(flags.runtimeConfig, featureGates(flags.featureGates)));
  const layout = new Layout('/registry', codec);
  return {
    keyOf: (key) => layout.keyOf(key),
    encode: (key, value, revision) => codec.encode(key, withoutVersion(value, revision)),
  };
}

/** As the API server gives an object to a store: the resourceVersion, which stands behind the uid, is not known yet. */
export function withoutVersion(value: Buffer, revision: number): Buffer {
  const version = `,"resourceVersion":"${revision}"`;
  const uid = value.indexOf('"uid":"');
  const end = uid < 0 ? -1 : value.indexOf('"', uid + '"uid":"'.length) + 1;
  if (end <= 0 || !value.subarray(end, end + version.length).equals(Buffer.from(version))) return value;
  const none = Buffer.from(',"resourceVersion":"0"');
  return Buffer.concat([value.subarray(0, end), none, value.subarray(end + version.length)]);
}
