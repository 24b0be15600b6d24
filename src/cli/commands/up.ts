// `tiphys up`: boots a cluster and stays with it, or leaves it running in the background.
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { kubeconfigPath } from '../../client/kubeconfig/kubeconfig-path.ts';
import { spawnControlPlane } from '../../cluster/control-plane/spawn.ts';
import { type ClusterOptions, optionProblem } from '../../cluster/options.ts';
import { UserError } from '../../cluster/progress.ts';
import { defaultDataDir } from '../../cluster/state/paths.ts';
import { wholeNumber } from './components/flags.ts';
import { nameOption } from './options.ts';

interface UpOptions {
  name: string;
  nodes: number;
  isolated: boolean;
  host: boolean;
  detach: boolean;
  file: string[];
  dataDir?: string;
  apiPort: number;
  kubeconfig: string | false;
  logLevel: ClusterOptions['logLevel'];
  without: ClusterOptions['without'];
}

export const upCommand = (): Command =>
  new Command('up')
    .description('Boot a cluster, or continue one that stopped')
    .addOption(nameOption())
    .option('--nodes <n>', 'how many nodes, each in namespaces of its own (0: the API only)', wholeNumber, 1)
    .option(
      '-f, --file <path>',
      'apply this manifest or directory once the API is up (repeatable)',
      (f, all: string[]) => [...all, f],
      [],
    )
    .option('-d, --detach', 'return when the cluster is ready and leave it running', false)
    .option('--isolated', 'give nodes no route to the outside', false)
    .option('--host', 'one node that uses this machine’s own namespaces', false)
    .option('--api-port <port>', 'port of the API on 127.0.0.1 (0: any free one)', wholeNumber, 0)
    .option('--data-dir <dir>', 'where the cluster keeps everything (default: /var/lib/tiphys/NAME)')
    .addOption(
      new Option('--kubeconfig <file>', 'merge a context into this file').default(
        kubeconfigPath(process.env),
      ),
    )
    .option(
      '--without <components>',
      'leave these to other programs: scheduler, controller-manager',
      (text) => text.split(','),
      [],
    )
    .option('--no-kubeconfig', 'leave kubeconfig files alone')
    .addOption(
      new Option('--log-level <level>', 'how much to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action(async (given: UpOptions) => {
      const options = clusterOptions(given);
      const problem = optionProblem(options);
      if (problem) throw new UserError(problem);
      const files = given.file.map((file) => resolve(file));
      if (given.detach) return (await import('../run-detached.ts')).runDetached(options);
      // The control plane loads while this process loads the nodes' part.
      const controlPlane = spawnControlPlane(options.dataDir);
      const { runInForeground } = await import('../run-cluster.ts');
      await runInForeground(options, files, controlPlane);
    });

function clusterOptions(given: UpOptions): ClusterOptions {
  return {
    name: given.name,
    nodes: given.nodes,
    isolated: given.isolated,
    host: given.host,
    dataDir: resolve(given.dataDir ?? defaultDataDir(given.name)),
    apiPort: given.apiPort,
    kubeconfig: given.kubeconfig === false ? undefined : resolve(given.kubeconfig),
    logLevel: given.logLevel,
    without: given.without,
  };
}
