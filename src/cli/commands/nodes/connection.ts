// How the commands about nodes reach the cluster: by --kubeconfig or $KUBECONFIG, else as the administrator of a cluster or server of
// this machine, else by the user's own kubeconfig.
import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { StatusError } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { kubeconfigPath } from '../../../client/kubeconfig/kubeconfig-path.ts';
import type { Transport } from '../../../client/transport/transport.ts';
import { UserError } from '../../../cluster/progress.ts';
import { administratorFile } from '../../../cluster/server/kubeconfigs.ts';
import { listServers } from '../../../cluster/server/server-records.ts';
import { clusterPaths } from '../../../cluster/state/paths.ts';
import { readRecord } from '../../../cluster/state/registry.ts';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { currentCluster } from '../../current-cluster.ts';
import { knownCluster } from '../options.ts';

export interface ConnectionFlags {
  readonly name?: string;
  readonly kubeconfig?: string;
}

export const clusterOption = () => new Option('--name <name>', 'name of a cluster or server of this machine');

export const kubeconfigOption = () =>
  new Option(
    '--kubeconfig <file>',
    'how to reach the API server (default: a cluster or server of this machine, else your own)',
  );

const LIMIT_MS = 60_000;

export interface Connected {
  readonly client: Client;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Answers of the server become errors of the command. */
export async function withCluster<T>(
  flags: ConnectionFlags,
  manager: string,
  act: (connected: Connected) => Promise<T>,
): Promise<T> {
  const file = fileOf(flags);
  if (!existsSync(file)) throw new UserError(`${file}: there is no such file; name one with --kubeconfig`);
  const [{ connectionFrom }, { RestClient }, { HttpsTransport }] = await Promise.all([
    import('../../../client/kubeconfig/connection.ts'),
    import('../../../client/rest/rest-client.ts'),
    import('../../../client/transport/https-transport.ts'),
  ]);
  const transport = new HttpsTransport({ ...connectionFrom(file, { env: process.env }), clock: systemClock });
  const client = new RestClient({
    transport,
    clock: systemClock,
    timeoutMs: LIMIT_MS,
    fieldManager: manager,
  });
  try {
    return await act({ client, transport, clock: systemClock });
  } catch (error) {
    throw isAnswer(error) ? new UserError(messageOf(error), { cause: error }) : error;
  } finally {
    transport.close();
  }
}

function fileOf({ name, kubeconfig }: ConnectionFlags): string {
  if (kubeconfig) return kubeconfig;
  const servers = listServers();
  const server = servers.find((one) => one.name === name);
  if (server && !readRecord(server.name)) return administratorFile(server.dataDir);
  if (name) return knownCluster(name).paths.kubeconfig;
  if (process.env.KUBECONFIG) return kubeconfigPath(process.env);
  const record = readRecord(currentCluster());
  if (record) return clusterPaths(record.dataDir).kubeconfig;
  const [only] = servers.length === 1 ? servers : [];
  return only ? administratorFile(only.dataDir) : kubeconfigPath(process.env);
}

/** What the server says, or why it cannot be reached. */
const isAnswer = (error: unknown): boolean =>
  error instanceof StatusError || (error as NodeJS.ErrnoException).syscall === 'connect';
