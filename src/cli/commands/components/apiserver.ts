// `tiphys apiserver`
import { join } from 'node:path';
import { Command } from 'commander';
import type { ApiServerFlags } from '../../../cluster/standalone/apiserver.ts';
import { absolute, logLevelOption, wholeNumber } from './flags.ts';

type Given = Omit<ApiServerFlags, 'certDir' | 'advertiseAddress'> & Partial<ApiServerFlags>;

export const apiserverCommand = (): Command =>
  new Command('apiserver')
    .description('Run the API server alone, with its store')
    .requiredOption('--data-dir <dir>', 'where the store is kept', absolute)
    .option('--cert-dir <dir>', 'keys, certificates and kubeconfigs (default: DATA/pki)', absolute)
    .option('--bind-address <address>', 'where to listen', '127.0.0.1')
    .option('--secure-port <port>', 'port to listen on', wholeNumber, 6443)
    .option('--advertise-address <address>', 'where nodes and pods find it (default: --bind-address)')
    .option('--service-cluster-ip-range <range>', 'addresses of Services', '10.96.0.0/16')
    .option('--kubelet-certificate-authority <file>', 'verifies kubelets (default: nobody does)', absolute)
    .addOption(logLevelOption())
    .action(async (given: Given) => {
      const { runApiServer } = await import('../../../cluster/standalone/apiserver.ts');
      await runApiServer({
        ...given,
        certDir: given.certDir ?? join(given.dataDir, 'pki'),
        advertiseAddress: given.advertiseAddress ?? given.bindAddress,
      });
    });
