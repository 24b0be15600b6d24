// `tiphys repair`: makes the damaged store of a cluster that does not run usable again, and says what was lost.
import { Command } from 'commander';
import { type Column, type Format, print } from '../output/print.ts';
import { nameOption, outputOption } from './options.ts';
import { dataDirOf } from './snapshot.ts';

interface Lost {
  readonly revision: number;
  readonly key?: string;
  readonly reason: string;
}

const columns: Column<Lost>[] = [
  { title: 'REVISION', cell: (l) => String(l.revision) },
  { title: 'KEY', cell: (l) => l.key ?? '<unknown>' },
  { title: 'LOST', cell: (l) => l.reason },
];

export const repairCommand = (): Command =>
  new Command('repair')
    .description('Keep everything of a damaged store that can be read, and say what was lost')
    .addOption(nameOption())
    .option('--data-dir <dir>', 'the data directory (default: the one of the cluster of that name)')
    .addOption(outputOption())
    .action(async (options: { name: string; dataDir?: string; output: Format }) => {
      const { repair } = await import('../../cluster/backup/stopped-store.ts');
      const report = await repair(dataDirOf(options));
      if (options.output !== 'table' || report.lost.length > 0)
        await print(options.output, report.lost, columns, report);
      const lost = report.lost.length === 0 ? 'nothing was lost' : `${report.lost.length} revisions are lost`;
      process.stderr.write(`${report.kept} keys are kept, ${lost}. The files as they were: ${report.copy}\n`);
    });
