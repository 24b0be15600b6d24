// kubectl create service nodeport.
import { defineCommand } from '../../../command/command.ts';
import { intFlag } from '../../../command/flag.ts';
import { createFlags } from '../create-verb.ts';
import { createService, tcpFlag } from './create-service.ts';

export default defineCommand({
  use: 'nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  long: 'Create a NodePort service with the specified name.',
  examples: `# Create a NodePort service named my-ns
kubectl create service nodeport my-ns --tcp=5678:8080`,
  flags: {
    ...createFlags(),
    'node-port': intFlag(0, 'Port used to expose the service on each node in a cluster.'),
    tcp: tcpFlag(),
  },
  async run(context) {
    const { tcp, 'node-port': nodePort } = context.flags;
    await createService(context, { type: 'NodePort', tcp, nodePort });
  },
});
