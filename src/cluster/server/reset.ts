// `tiphys server --cluster-reset`: after a majority of the members of etcd is lost for good, this machine goes on alone, with what its own
// member has, or with a snapshot. The other machines then join anew. Called by the command.
import { configurationOf } from './configuration.ts';
import { prepareServer } from './prepare.ts';
import { restoreServer } from './restore.ts';
import { saveServer } from './saved-server.ts';
import type { ServerOptions } from './server.ts';
import { StoreEngine } from './store-engine.ts';

/** Revisions that clients may have seen after the snapshot: what etcd's documentation advises. */
const BUMP = 1_000_000_000;

export async function resetServer(options: ServerOptions): Promise<string> {
  const { flags } = options;
  const configuration = configurationOf({ ...flags, clusterInit: true }, await prepareServer(options));
  const { dataDir, clusterResetRestorePath: file } = flags;
  if (!file) {
    await new StoreEngine({ ...options, configuration }).reset();
    return 'This server is the only member of etcd now. Start it without --cluster-reset, and join the others anew.';
  }
  // Of a machine that has no server yet, too.
  saveServer(dataDir, configuration);
  await restoreServer({ file, dataDir, bump: BUMP, replace: true }, 'etcd');
  return `The data of ${file} are in place. Start this server without --cluster-reset, and join the others anew.`;
}
