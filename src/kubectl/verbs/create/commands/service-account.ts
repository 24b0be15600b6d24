// kubectl create serviceaccount.
import { defineCommand } from '../../../command/command.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { serviceAccountOf } from '../objects/cluster.ts';

export default defineCommand({
  use: 'serviceaccount NAME [--dry-run=server|client|none]',
  long: 'Create a service account with the specified name.',
  examples: `# Create a service account named my-service-account
kubectl create serviceaccount my-service-account`,
  flags: createFlags(),
  async run(context) {
    const place = await placeOf(context);
    requireName(place.name);
    await create(context, serviceAccountOf(place), 'failed to create serviceaccount: ');
  },
});
