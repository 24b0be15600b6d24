// `tiphys node list|stop|start`: power for the nodes of a cluster; cordon, drain and remove for those of any (nodes/drain.ts).
import { Command } from 'commander';
import { callControl } from '../../cluster/control/client.ts';
import type { NodeState } from '../../cluster/status.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { spokenOf } from '../output/progress.ts';
import { nodeMaintenanceCommands } from './nodes/drain.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

const columns: Column<NodeState>[] = [
  { title: 'NAME', cell: (n) => n.name },
  { title: 'STATUS', cell: (n) => n.status },
];

const power = (word: 'stop' | 'start', description: string) =>
  new Command(word)
    .description(description)
    .argument('<node>', 'name of the node')
    .addOption(nameOption())
    .action(async (node: string, { name }: { name: string }) => {
      const work = callControl(knownCluster(name).paths.control, `node-${word}`, { node });
      await spokenOf(`node ${node}: ${word}`, work);
      process.stderr.write(`Node ${node} ${word === 'stop' ? 'is off' : 'is starting'}.\n`);
    });

export const nodeCommand = (): Command => {
  const command = new Command('node')
    .description('Show nodes, switch one off or on again; drain or remove one')
    .addCommand(
      new Command('list')
        .description('List the nodes of a cluster')
        .addOption(nameOption())
        .addOption(outputOption())
        .action(async ({ name, output }: { name: string; output: Format }) => {
          const { clusterStatus } = await import('../../cluster/status.ts');
          const { nodes } = await clusterStatus(knownCluster(name).record);
          await print(output, nodes, columns);
        }),
    )
    .addCommand(
      power('stop', 'Switch a node off as a power cut would: its containers die, its kubelet falls silent'),
    )
    .addCommand(power('start', 'Switch a node on again'));
  for (const one of nodeMaintenanceCommands()) command.addCommand(one);
  return command;
};
