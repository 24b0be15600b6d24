// Keeps the process of the simulated nodes running, as the control plane's is. Called by running-cluster.ts if there are any.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { ClusterOptions } from '../options.ts';
import type { ClusterCertificates } from '../pki/ensure-certificates.ts';
import { clusterPaths } from '../state/paths.ts';
import { START_LIMIT_MS } from '../supervisor/messages.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { type SimulatedNodesSettings, simulatedNodeNames } from './settings.ts';
import { spawnSimulatedNodes } from './spawn.ts';

export interface SuperviseOptions {
  readonly options: ClusterOptions;
  /** URL of the API server. */
  readonly server: string;
  readonly certificates: ClusterCertificates;
  /** Whether somebody starts this process again when it is killed. */
  readonly agentRestarts: boolean;
  readonly onSpawn: (pid: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a node may need for its registration on a machine that has much else to do. */
const START_MS_PER_NODE = 100;

export function superviseSimulatedNodes(given: SuperviseOptions): Supervisor<SimulatedNodesSettings> {
  const { options, onSpawn, clock, log } = given;
  return new Supervisor({
    name: 'simulated-nodes',
    settings: () => settingsOf(given),
    spawn: () => spawnSimulatedNodes(options.dataDir),
    onSpawn,
    startLimitMs: START_LIMIT_MS + options.simulatedNodes.count * START_MS_PER_NODE,
    clock,
    log,
  });
}

function settingsOf({
  options,
  server,
  certificates,
  agentRestarts,
}: SuperviseOptions): SimulatedNodesSettings {
  const { name, nodes, dataDir, logLevel, simulatedNodes, families } = options;
  const { ca, superAdmin, simulatedNodes: serving } = certificates;
  return {
    server,
    caPath: ca.certificatePath,
    client: filesOf(superAdmin),
    serving: filesOf(serving!),
    names: simulatedNodeNames(name, simulatedNodes.count),
    families,
    // In a cluster of simulated nodes only, ordinary pods have no other place.
    tainted: nodes > 0,
    ...(simulatedNodes.config && { config: simulatedNodes.config }),
    log: clusterPaths(dataDir).log,
    logLevel,
    agentRestarts,
  };
}

const filesOf = ({ certificatePath, keyPath }: SimulatedNodesSettings['client']) => ({
  certificatePath,
  keyPath,
});
