// `tiphys reset`: as kubeadm reset, but whole.
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import { DEFAULT_DIRECTORIES } from '../../../cluster/reset/directories.ts';
import { systemClock } from '../../../kit/clock.ts';
import { absolute } from '../components/flags.ts';

interface Flags {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly rootDir: string;
  readonly dataDir: string;
}

export const resetCommand = (): Command =>
  new Command('reset')
    .description('Remove everything of tiphys join, node-agent and server from this machine')
    .option('-f, --force', 'do not ask')
    .option('--dry-run', 'only say what would be removed')
    .option('--root-dir <dir>', 'of the node agent', absolute, DEFAULT_DIRECTORIES.agent)
    .option('--data-dir <dir>', 'of the server', absolute, DEFAULT_DIRECTORIES.server)
    .action(async ({ force, dryRun, rootDir, dataDir }: Flags) => {
      if (process.getuid?.() !== 0) throw new UserError('run it as root');
      const { nodeNamesIn, reset, resetPlan } = await import('../../../cluster/reset/reset.ts');
      const plan = await resetPlan({ agent: rootDir, server: dataDir });
      const say = (line: string) => process.stderr.write(`[reset] ${line}\n`);
      if (plan.found.length === 0) return void say(`there is nothing of Tiphys in ${rootDir} and ${dataDir}`);
      say('WARNING: this removes from this machine, for good:');
      for (const line of plan.found) say(`  ${line}`);
      if (dryRun) return;
      if (!force && !(await confirmed())) throw new UserError('nothing was removed');
      const names = nodeNamesIn(plan);
      const problems = await reset(plan, { clock: systemClock, say });
      for (const name of names)
        say(`the cluster is not told: run tiphys node remove ${name} with its administrator's kubeconfig`);
      if (problems.length > 0) throw new UserError(`${problems.join('; ')}; run it again`);
    });

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError('nobody is there to be asked: use --force');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('[reset] Are you sure you want to proceed? [y/N]: ');
  lines.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
