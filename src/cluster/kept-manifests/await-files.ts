// Waits for the first file in a directory of manifests; until then nothing is loaded and nothing runs but the kernel's watch of the directory.
// Called by manager-work.ts, so that one of several servers applies.
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import { administratorFile } from '../server/kubeconfigs.ts';
import { clusterPaths } from '../state/paths.ts';
import type { Keeper } from './keeper.ts';

export interface AwaitFilesOptions {
  readonly dataDir: string;
  /** --manifests; DATA/manifests when left out. */
  readonly directory?: string;
  /** With the rights of an administrator. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Where the kernel cannot watch. */
const POLL_MS = 30_000;

/** Gives what ends it. */
export function awaitFiles(options: AwaitFilesOptions): () => Promise<void> {
  const { dataDir, clock, log } = options;
  const directory = options.directory ?? join(dataDir, 'manifests');
  // Says that the cluster may have objects of files, also when the directory is empty again; and has a key.
  const mark = join(dataDir, 'manifests-kept');
  let keeper: Promise<Keeper> | undefined;
  let isStopped = false;
  const begin = () => {
    if (isStopped) return;
    if (keeper) return void keeper.then((running) => running.look());
    if (!existsSync(mark) && !hasFiles(directory)) return;
    keeper = startKeeper(options, directory, keyIn(mark, options.random));
    keeper.catch((error: unknown) => log.error('manifests are not kept', { error: messageOf(error) }));
  };
  const unwatch = watched(directory, begin, clock, log);
  begin();
  return async () => {
    isStopped = true;
    unwatch();
    await (await keeper?.catch(() => undefined))?.stop();
  };
}

function keyIn(file: string, random: Random): string {
  const found = readIfThere(file)?.trim();
  if (found) return found;
  const key = random.bytes(32).toString('hex');
  writeAtomically(file, `${key}\n`);
  return key;
}

function hasFiles(directory: string): boolean {
  try {
    return readdirSync(directory).length > 0;
  } catch {
    return false;
  }
}

function watched(directory: string, changed: () => void, clock: Clock, log: Logger): () => void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const watcher = watch(directory, { persistent: false }, changed);
    watcher.on('error', (error) => log.warn('manifests are not watched', { error: messageOf(error) }));
    return () => watcher.close();
  } catch (error) {
    log.warn('manifests are looked at every 30 seconds only', { error: messageOf(error) });
    const timer: Timer = clock.every(POLL_MS, changed);
    return () => timer.cancel();
  }
}

async function startKeeper(options: AwaitFilesOptions, directory: string, key: string): Promise<Keeper> {
  const { dataDir, transport, clock } = options;
  const { Keeper, MANIFEST_MANAGER } = await import('./keeper.ts');
  const administrator = administratorFile(dataDir);
  return new Keeper({
    ...options,
    directory,
    key,
    server: hostname(),
    client: new RestClient({ transport, clock, fieldManager: MANIFEST_MANAGER }),
    helm: {
      home: join(dataDir, 'helm'),
      kubeconfig: existsSync(administrator) ? administrator : clusterPaths(dataDir).kubeconfig,
    },
  });
}
