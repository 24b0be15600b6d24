// What comes before a server starts: it must be the only one with its data, and it gets what it needs of the cluster that it joins, if
// it joins one. Called by the command.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callControl } from '../control/client.ts';
import { UserError } from '../progress.ts';
import { clusterPaths, makePrivate } from '../state/paths.ts';
import { configurationOf } from './configuration.ts';
import type { ServerFlags } from './flags.ts';
import { readSavedServer, type SavedServer, saveServer } from './saved-server.ts';
import type { ServerOptions } from './server.ts';

/** Milliseconds within which a server that runs already answers. */
const LIMIT_MS = 2_000;

/** Gives what a server knows of itself before it starts; undefined: it is its first start. */
export async function prepareServer(options: ServerOptions): Promise<SavedServer | undefined> {
  const { flags } = options;
  await refuseRunningServer(flags.dataDir);
  makePrivate(flags.dataDir);
  const saved = readSavedServer(flags.dataDir);
  if (
    !saved &&
    !flags.clusterInit &&
    !flags.clusterReset &&
    existsSync(join(flags.dataDir, 'etcd', 'member'))
  )
    throw new UserError(
      `${flags.dataDir} has a member of etcd, but no server.json: start with --cluster-init to go on with it`,
    );
  if (!flags.server) return saved;
  // It has joined already; started again with the same words, it goes on.
  if (saved && saved.engine !== 'embedded') return saved;
  return joinCluster(flags, flags.server, options);
}

/** Also of one that waits for other servers, and does not answer its clients. */
export async function refuseRunningServer(dataDir: string): Promise<void> {
  const { control } = clusterPaths(dataDir);
  const answer = await callControl(control, 'components', {}, LIMIT_MS).catch(() => undefined);
  if (answer) throw new UserError(`a server with the data in ${dataDir} is running already`);
}

async function joinCluster(flags: ServerFlags, server: string, options: ServerOptions): Promise<SavedServer> {
  const { clock, log, tell } = options;
  const { token, certificateKey, caHash: caHashes, dataDir } = flags;
  if (!token || !certificateKey || caHashes.length === 0)
    throw new UserError('--server: give --token, --ca-hash and --certificate-key, too (tiphys server token)');
  const { pki, store } = clusterPaths(dataDir);
  if (existsSync(join(store, 'store.db')))
    throw new UserError(`${dataDir} holds the data of another cluster: use another --data-dir`);
  const [{ acceptOffer }, { writeFiles }] = await Promise.all([
    import('./joining/accept.ts'),
    import('./joining/bundle.ts'),
  ]);
  const bundle = await acceptOffer({ server, token, certificateKey, caHashes, clock, log });
  const known = join(pki, 'ca.crt');
  if (existsSync(known) && readFileSync(known, 'utf8') !== bundle.files['ca.crt'])
    throw new UserError(`${known} is another cluster's: use another --data-dir`);
  const { serviceCidrs, clusterCidrs, members } = bundle;
  if (!flags.etcd && members.length === 0)
    throw new UserError('the cluster uses an etcd that others look after: give its --etcd-servers, too');
  writeFiles(pki, bundle.files);
  const { name } = configurationOf(flags, undefined);
  const found = { name, serviceCidrs, clusterCidrs };
  const saved: SavedServer = flags.etcd
    ? { ...found, engine: 'external', external: flags.etcd }
    : { ...found, engine: 'etcd', members };
  saveServer(dataDir, saved);
  tell(`what the cluster at ${server} has for this server is here`);
  return saved;
}
