// `kubectl top`: what nodes and pods use, from the metrics API.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'top [flags]',
  long: `Display resource (CPU/memory) usage.

Shows what nodes and pods used recently, as the metrics API of the cluster tells it. The figures are those that autoscalers decide by; they are not meant for exact monitoring.`,
  subcommands: [
    {
      name: 'node',
      aliases: ['nodes', 'no'],
      short: 'Display resource (CPU/memory) usage of nodes',
      load: () => import('./node.ts'),
    },
    {
      name: 'pod',
      aliases: ['pods', 'po'],
      short: 'Display resource (CPU/memory) usage of pods',
      load: () => import('./pod.ts'),
    },
  ],
});
