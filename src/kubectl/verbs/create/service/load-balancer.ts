// kubectl create service loadbalancer.
import { defineCommand } from '../../../command/command.ts';
import { createFlags } from '../create-verb.ts';
import { createService, tcpFlag } from './create-service.ts';

export default defineCommand({
  use: 'loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]',
  long: 'Create a LoadBalancer service with the specified name.',
  examples: `# Create a LoadBalancer service named my-lbs
kubectl create service loadbalancer my-lbs --tcp=5678:8080`,
  flags: { ...createFlags(), tcp: tcpFlag() },
  async run(context) {
    await createService(context, { type: 'LoadBalancer', tcp: context.flags.tcp });
  },
});
