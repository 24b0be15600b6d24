// `tiphys kubectl …`, where the command line runs without bin/tiphys; see src/cli/kubectl/main.ts.
import { Command } from 'commander';
import { nameOption } from './options.ts';

export const kubectlCommand = (): Command =>
  new Command('kubectl')
    .description('Run kubectl against the cluster or server of this machine (docs/kubectl.md)')
    .addOption(nameOption())
    .argument('[words...]', 'what kubectl is told')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: string[], { name }: { name: string }) => {
      const { runMachineKubectl } = await import('../kubectl/run.ts');
      process.exitCode = await runMachineKubectl(words, name);
    });
