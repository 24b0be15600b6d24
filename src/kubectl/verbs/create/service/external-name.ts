// kubectl create service externalname.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { createFlags } from '../create-verb.ts';
import { createService, tcpFlag } from './create-service.ts';

export default defineCommand({
  use: 'externalname NAME --external-name external.name [--dry-run=server|client|none]',
  long: `Create an ExternalName service with the specified name.

The cluster's DNS answers such a name with another name instead of addresses.`,
  examples: `# Create an ExternalName service named my-ns
kubectl create service externalname my-ns --external-name bar.com`,
  flags: {
    ...createFlags(),
    tcp: tcpFlag(),
    'external-name': stringFlag('', 'External name of service', { required: true }),
  },
  async run(context) {
    const { tcp, 'external-name': externalName } = context.flags;
    await createService(context, { type: 'ExternalName', tcp, externalName });
  },
});
