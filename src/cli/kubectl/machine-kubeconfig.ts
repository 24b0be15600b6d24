// The kubeconfig of the cluster or server that this machine runs.
import { UserError } from '../../cluster/progress.ts';
import { administratorFile } from '../../cluster/server/kubeconfigs.ts';
import { listServers } from '../../cluster/server/server-records.ts';
import { clusterPaths } from '../../cluster/state/paths.ts';
import { readRecord } from '../../cluster/state/registry.ts';
import { currentCluster } from '../current-cluster.ts';

/** Throws a UserError that says what to do when there is none. */
export function machineKubeconfig(name: string): string {
  const record = readRecord(name);
  if (record) return clusterPaths(record.dataDir).kubeconfig;
  const server = serverKubeconfig(name);
  if (server !== undefined) return server;
  throw new UserError(`there is no cluster ${name} on this machine; start one with tiphys up --name ${name}`);
}

/** Of the server of that name; without a name, of the only one of this machine. */
function serverKubeconfig(name: string): string | undefined {
  const servers = listServers();
  const [only] = servers.length === 1 && name === currentCluster() ? servers : [];
  const found = servers.find((server) => server.name === name) ?? only;
  return found && administratorFile(found.dataDir);
}
