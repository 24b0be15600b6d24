// Options that several commands share.
import { Option } from 'commander';
import { UserError } from '../../cluster/progress.ts';
import { type ClusterPaths, clusterPaths } from '../../cluster/state/paths.ts';
import { type ClusterRecord, readRecord } from '../../cluster/state/registry.ts';

export const DEFAULT_NAME = 'tiphys';

export const nameOption = () => new Option('--name <name>', 'name of the cluster').default(DEFAULT_NAME);

export const outputOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table');

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
