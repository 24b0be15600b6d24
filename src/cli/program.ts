// All commands of `tiphys`, as a tree. Every command stands in its own file under commands/; what it needs it imports when it runs, so that
// the tree can be made, for shell completion and for the reference, without starting anything.
import { Command } from 'commander';
import { certsCommand } from './commands/certs.ts';
import { cisCommand } from './commands/cis.ts';
import { clusterCommand } from './commands/clusters/cluster.ts';
import { completionCommand } from './commands/completion.ts';
import { apiserverCommand } from './commands/components/apiserver.ts';
import { cloudControllerManagerCommand } from './commands/components/cloud-controller-manager.ts';
import { controllerManagerCommand } from './commands/components/controller-manager.ts';
import { nodeAgentCommand } from './commands/components/node-agent.ts';
import { schedulerCommand } from './commands/components/scheduler.ts';
import { configCommand } from './commands/configuration/config.ts';
import { downCommand } from './commands/down.ts';
import { encryptionCommand } from './commands/encryption.ts';
import { imageCommand } from './commands/image/image.ts';
import { bundleCommand } from './commands/installation/bundle.ts';
import { installServiceCommand, uninstallServiceCommand } from './commands/installation/install-service.ts';
import { joinCommand } from './commands/joining/join.ts';
import { tokenCommand } from './commands/joining/token.ts';
import { kubectlCommand } from './commands/kubectl.ts';
import { nodeCommand } from './commands/node.ts';
import { rebalanceCommand } from './commands/nodes/rebalance.ts';
import { resetCommand } from './commands/nodes/reset.ts';
import { repairCommand } from './commands/repair.ts';
import { serverCommand } from './commands/server/server.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { statusCommand } from './commands/status.ts';
import { upCommand } from './commands/up/up.ts';
import { versionCommand } from './commands/version.ts';
import { whyCommand } from './commands/why.ts';
import { dashboardCommand } from './commands/workloads/dashboard.ts';
import { devCommand } from './commands/workloads/dev.ts';
import { logsCommand } from './commands/workloads/logs.ts';
import { watchCommand } from './commands/workloads/watch.ts';

export function makeProgram(): Command {
  const program = new Command('tiphys')
    .description('Kubernetes, written in TypeScript: a real cluster from one command.')
    .enablePositionalOptions()
    .showHelpAfterError('(tiphys --help lists the commands)')
    .exitOverride();

  for (const make of [
    upCommand,
    downCommand,
    clusterCommand,
    configCommand,
    statusCommand,
    whyCommand,
    logsCommand,
    dashboardCommand,
    devCommand,
    watchCommand,
    kubectlCommand,
    imageCommand,
    nodeCommand,
    rebalanceCommand,
    resetCommand,
    snapshotCommand,
    repairCommand,
    certsCommand,
    encryptionCommand,
    tokenCommand,
    joinCommand,
    cisCommand,
    serverCommand,
    apiserverCommand,
    controllerManagerCommand,
    cloudControllerManagerCommand,
    schedulerCommand,
    nodeAgentCommand,
    bundleCommand,
    installServiceCommand,
    uninstallServiceCommand,
    versionCommand,
  ])
    program.addCommand(make());
  program.addCommand(completionCommand(program));
  for (const command of program.commands) command.exitOverride();
  return program;
}
