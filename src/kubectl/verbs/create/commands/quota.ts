// kubectl create quota.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { quotaOf } from '../objects/cluster.ts';

export default defineCommand({
  use: 'quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  long: 'Create a resource quota with the specified name, hard limits, and optional scopes.',
  examples: `# Create a resource quota named my-quota
kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2,services=3

# Create a resource quota for pods of best effort
kubectl create quota best-effort --hard=pods=100 --scopes=BestEffort`,
  flags: {
    ...createFlags(),
    hard: stringFlag('', 'A comma-delimited set of resource=quantity pairs that define a hard limit.'),
    scopes: stringFlag(
      '',
      'A comma-delimited set of quota scopes that must all match each object tracked by the quota.',
    ),
  },
  async run(context) {
    const place = await placeOf(context);
    requireName(place.name);
    await create(context, quotaOf(place, context.flags), 'failed to create quota: ');
  },
});
