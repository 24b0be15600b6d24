// kubectl create namespace.
import { defineCommand } from '../../../command/command.ts';
import { create, createFlags, nameOf, requireName } from '../create-verb.ts';
import { namespaceOf } from '../objects/cluster.ts';

export default defineCommand({
  use: 'namespace NAME [--dry-run=server|client|none]',
  long: 'Create a namespace with the specified name.',
  examples: `# Create a namespace named my-namespace
kubectl create namespace my-namespace`,
  flags: createFlags(),
  async run(context) {
    await create(context, namespaceOf(requireName(nameOf(context))));
  },
});
