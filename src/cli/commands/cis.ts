// `tiphys cis`: the CIS Kubernetes Benchmark's checks of a running cluster, each with its verdict.
import { Command } from 'commander';
import type { Result } from '../../cluster/cis/run.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

const columns: Column<Result>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'SCORED', cell: ({ scored }) => (scored ? 'yes' : 'no') },
  { title: 'VERDICT', cell: ({ verdict }) => verdict },
  { title: 'CHECK', cell: ({ title }) => title },
  { title: 'REASON', cell: ({ reason }) => reason },
];

export const cisCommand = (): Command =>
  new Command('cis')
    .description('Check a running cluster against the CIS Kubernetes Benchmark v1.10')
    .addOption(nameOption())
    .addOption(outputOption())
    .action(async ({ name, output }: { name: string; output: Format }) => {
      const { record } = knownCluster(name);
      const { runChecks } = await import('../../cluster/cis/run.ts');
      const results = await runChecks(record);
      await print(output, results, columns);
      const count = (verdict: Result['verdict'], scored: boolean) =>
        results.filter((result) => result.verdict === verdict && result.scored === scored).length;
      if (output === 'table')
        process.stdout.write(
          `\nScored: ${count('PASS', true)} PASS, ${count('FAIL', true)} FAIL, ${count('N/A', true)} N/A. ` +
            `Not scored: ${count('PASS', false)} PASS, ${count('FAIL', false)} FAIL, ${count('N/A', false)} N/A.\n`,
        );
      process.exitCode = count('FAIL', true) > 0 ? 1 : 0;
    });
