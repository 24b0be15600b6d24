// `tiphys install-service server|agent` and `tiphys uninstall-service server|agent`
import { dirname, join } from 'node:path';
import { Argument, Command } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import type { Role } from '../../../cluster/service/unit.ts';
import { joinCommand } from '../joining/join.ts';
import { serverCommand } from '../server/server.ts';

const role = () => new Argument('<role>', 'what this machine is').choices(['server', 'agent']);

export const installServiceCommand = (): Command =>
  new Command('install-service')
    .description('Have systemd run a server or a node agent on this machine, now and after every boot')
    .addArgument(role())
    .argument('[words...]', 'words of tiphys server or tiphys join, after --')
    .option('--no-start', 'start it at the next boot only')
    .option('--dry-run', 'print the unit and do nothing', false)
    .addHelpText('after', EXAMPLES)
    .action(async (role: Role, words: string[], { start, dryRun }: { start: boolean; dryRun: boolean }) => {
      const { planService } = await import('../../../cluster/service/plan.ts');
      const settings = settingsOf(role, words);
      const files = planService({ role, words, program: program(), ...settings });
      if (dryRun) return void process.stdout.write(shown(files));
      const { installService } = await import('../../../cluster/service/install.ts');
      await installService({ role, files, start, dataDirectory: settings.dataDirectory });
      const { linkKubectl } = await import('../../../cluster/service/kubectl-link.ts');
      const linked = linkKubectl(join(dirname(program()), 'kubectl-tiphys'), process.env.PATH ?? '');
      if (linked) process.stderr.write(`${linked} leads to our kubectl\n`);
      process.stderr.write(
        `systemd ${start ? 'runs' : 'will run'} tiphys-${role}: journalctl -fu tiphys-${role}\n`,
      );
    });

export const uninstallServiceCommand = (): Command =>
  new Command('uninstall-service')
    .description('Stop a server or a node agent that systemd runs; data and running pods stay')
    .addArgument(role())
    .action(async (role: Role) => {
      const { uninstallService } = await import('../../../cluster/service/install.ts');
      if (!(await uninstallService(role))) throw new UserError(`tiphys-${role} is not installed`);
      const { unlinkKubectl } = await import('../../../cluster/service/kubectl-link.ts');
      unlinkKubectl(join(dirname(program()), 'kubectl-tiphys'));
      process.stderr.write(`systemd no longer runs tiphys-${role}\n`);
    });

const EXAMPLES = `
Examples:
  tiphys install-service server -- --tls-san k8s.example.org
  tiphys install-service agent -- 192.0.2.10:6443 --token-file /root/token --ca-hash sha256:…`;

/** The words must be those of the command: systemd would start it again and again otherwise. */
function settingsOf(role: Role, words: readonly string[]) {
  const command = role === 'server' ? serverCommand() : joinCommand();
  const { unknown } = command.exitOverride().parseOptions([...words]);
  if (unknown.length > 0)
    throw new UserError(`tiphys ${command.name()} knows no ${unknown[0]} (tiphys ${command.name()} --help)`);
  const flags = command.opts<{
    dataDir?: string;
    rootDir?: string;
    virtualAddress?: string;
    containerRuntimeEndpoint?: string;
  }>();
  return {
    dataDirectory: flags.dataDir ?? flags.rootDir!,
    announces: flags.virtualAddress !== undefined,
    runtimeEndpoint: flags.containerRuntimeEndpoint,
  };
}

function program(): string {
  const root = process.env.TIPHYS_ROOT;
  if (!root) throw new UserError('start this command as bin/tiphys');
  return join(root, 'bin/tiphys');
}

const shown = (files: readonly { path: string; content: string; mode: number; secret: boolean }[]): string =>
  files
    .map(
      ({ path, content, mode, secret }) =>
        `# ${path} (mode ${mode.toString(8).padStart(4, '0')})\n${secret ? '# not shown' : content.trimEnd()}\n`,
    )
    .join('\n');
