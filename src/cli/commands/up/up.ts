// `tiphys up`: boots a cluster and stays with it, or leaves it running in the background.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { kubeconfigPath } from '../../../client/kubeconfig/kubeconfig-path.ts';
import type { ConfigFile } from '../../../cluster/config/read.ts';
import { USUAL_FILE } from '../../../cluster/config/schema.ts';
import { spawnControlPlane } from '../../../cluster/control-plane/spawn.ts';
import { type ClusterOptions, optionProblem } from '../../../cluster/options.ts';
import { UserError } from '../../../cluster/progress.ts';
import { systemClock } from '../../../kit/clock.ts';
import { currentCluster } from '../../current-cluster.ts';
import { wholeNumber } from '../components/flags.ts';
import { clusterOptions, type UpValues } from './cluster-options.ts';
import { schemaOptions, valuesOf } from './schema-options.ts';

interface UpFlags extends UpValues {
  readonly config?: string | false;
}

export function upCommand(): Command {
  const command = new Command('up')
    .description('Boot a cluster, or continue one that stopped')
    .option('--config <file>', `what tiphys config explains (default: ${USUAL_FILE}, where there is one)`)
    .option('--no-config', `leave ${USUAL_FILE} alone`)
    .addOption(
      new Option('--nodes <n>', 'how many nodes, each in namespaces of its own (0: the API only)')
        .argParser(wholeNumber)
        .default(1),
    )
    .option('-d, --detach', 'return when the cluster is ready and leave it running', false);
  for (const option of schemaOptions({ name: currentCluster(), kubeconfig: kubeconfigPath(process.env) }))
    command.addOption(option);
  return command.option('--no-kubeconfig', 'leave kubeconfig files alone').action(async (given: UpFlags) => {
    const file = await configFile(given.config);
    const values = file ? merged(command, file) : given;
    const options = clusterOptions(values, file);
    const problem = optionProblem(options);
    if (problem) throw new UserError(problem);
    await checkFlags(options);
    if (given.detach) return (await import('../../run-detached.ts')).runDetached(options);
    // The control plane loads while this process loads the nodes' part.
    const controlPlane = spawnControlPlane(options.dataDir);
    const { runInForeground } = await import('../../run-cluster.ts');
    await runInForeground(
      options,
      (values.file ?? []).map((path) => resolve(path)),
      controlPlane,
    );
  });
}

/**
 * A cluster that is started again after a crash is what it was: the file may have changed meanwhile, and may be wrong at this moment.
 * Without a file nothing of this is loaded.
 */
async function configFile(flag: string | false | undefined): Promise<ConfigFile | undefined> {
  if (flag === false || (flag === undefined && !existsSync(USUAL_FILE))) return undefined;
  const { TIPHYS_RESTARTS: restarts, TIPHYS_LAUNCHER: launcher } = process.env;
  if (Number(restarts ?? 0) > 0 && launcher) {
    const { configOfLauncher } = await import('../../../cluster/config/saved.ts');
    const saved = configOfLauncher(Number(launcher), resolve(flag ?? USUAL_FILE));
    if (saved) return saved;
  }
  const { readConfigFile, readUsualFile } = await import('../../../cluster/config/read.ts');
  return flag === undefined ? readUsualFile() : readConfigFile(flag);
}

/** What a flag says wins. */
function merged(command: Command, { config }: ConfigFile): UpValues {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  for (const [name, value] of valuesOf(config))
    if (!isGiven(name)) command.setOptionValueWithSource(name, value, 'config');
  const nodes = config.nodes?.reduce((sum, { count = 1 }) => sum + count, 0);
  if (nodes !== undefined && !isGiven('nodes')) command.setOptionValueWithSource('nodes', nodes, 'config');
  if (config.mergeKubeconfig === false && !isGiven('kubeconfig'))
    command.setOptionValueWithSource('kubeconfig', false, 'config');
  return command.opts<UpFlags>();
}

/** What only other processes use is checked here: their own words would be in the log. */
async function checkFlags({
  featureGates,
  runtimeConfig,
  schedulerConfig,
  schedulerPlugins,
  simulatedNodes,
  registries,
}: ClusterOptions): Promise<void> {
  if (registries) (await import('../../../cluster/registry/read-registries.ts')).readRegistries(registries);
  if (simulatedNodes.config)
    (await import('../../../cluster/simulated-nodes/config.ts')).simulationSettings(simulatedNodes.config);
  const gates = featureGates
    ? (await import('../../../cluster/feature-gates.ts')).featureGates(featureGates)
    : undefined;
  if (schedulerConfig || schedulerPlugins) {
    const files = {
      ...(schedulerConfig && { schedulerConfig }),
      ...(schedulerPlugins && { schedulerPlugins }),
    };
    const { schedulerFiles } = await import('../../../cluster/control-plane/scheduler-config.ts');
    await schedulerFiles(files, systemClock, gates);
  }
  if (runtimeConfig) await (await import('../../../cluster/runtime-config.ts')).servedApis(runtimeConfig);
}
