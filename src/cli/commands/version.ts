// `tiphys version`
import { Command } from 'commander';
import { KUBERNETES_VERSION, TIPHYS_VERSION } from '../../api/meta/v1/version.ts';

export const versionCommand = (): Command =>
  new Command('version')
    .description('Show the versions of Tiphys and of the Kubernetes API it serves')
    .action(() => {
      process.stdout.write(`tiphys ${TIPHYS_VERSION}, Kubernetes API ${KUBERNETES_VERSION}\n`);
    });
