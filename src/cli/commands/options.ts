// Options that several commands share.
import { Option } from 'commander';
import { UserError } from '../../cluster/progress.ts';
import { type ClusterPaths, clusterPaths } from '../../cluster/state/paths.ts';
import { type ClusterRecord, readRecord } from '../../cluster/state/registry.ts';
import { currentCluster } from '../current-cluster.ts';

export const nameOption = () => new Option('--name <name>', 'name of the cluster').default(currentCluster());

export const outputOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table');

export const podNetworkOption = () =>
  new Option('--pod-network <how>', 'how pods reach those of other nodes (docs/pod-network.md)')
    .choices(['auto', 'routes', 'vxlan', 'wireguard', 'none'])
    .default('auto');

export const cniOption = () =>
  new Option('--cni <plugin>', 'where pods’ interfaces come from (none: a plug-in that you install)')
    .choices(['bridge', 'none'])
    .default('bridge');

export interface KnownCluster {
  readonly record: ClusterRecord;
  readonly paths: ClusterPaths;
}

/** The cluster of that name on this machine; an error that says what to do when there is none. */
export function knownCluster(name: string): KnownCluster {
  const record = readRecord(name);
  if (!record)
    throw new UserError(
      `there is no cluster ${name} on this machine; start one with tiphys up --name ${name}`,
    );
  return { record, paths: clusterPaths(record.dataDir) };
}
