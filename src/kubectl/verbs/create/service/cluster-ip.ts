// kubectl create service clusterip.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { createFlags } from '../create-verb.ts';
import { createService, tcpFlag } from './create-service.ts';

export default defineCommand({
  use: 'clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]',
  long: 'Create a ClusterIP service with the specified name.',
  examples: `# Create a ClusterIP service named my-cs
kubectl create service clusterip my-cs --tcp=5678:8080

# Create a headless service
kubectl create service clusterip my-cs --clusterip="None"`,
  flags: {
    ...createFlags(),
    tcp: tcpFlag(),
    clusterip: stringFlag(
      '',
      "Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).",
    ),
  },
  async run(context) {
    const { tcp, clusterip: clusterIP } = context.flags;
    await createService(context, { type: 'ClusterIP', tcp, clusterIP });
  },
});
