// kubectl create poddisruptionbudget.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { budgetOf } from '../objects/cluster.ts';

export default defineCommand({
  use: 'poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  long: 'Create a pod disruption budget with the specified name, selector, and desired minimum available pods.',
  examples: `# Require that at least one of the pods with the label app=rails is available at any time
kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1

# Require that at least half of the pods with the label app=nginx are available at any time
kubectl create pdb my-pdb --selector=app=nginx --min-available=50%`,
  flags: {
    ...createFlags(),
    'min-available': stringFlag(
      '',
      'The minimum number or percentage of available pods this budget requires.',
    ),
    'max-unavailable': stringFlag(
      '',
      'The maximum number or percentage of unavailable pods this budget requires.',
    ),
    selector: stringFlag(
      '',
      'A label selector to use for this budget. Only equality-based selector requirements are supported.',
    ),
  },
  async run(context) {
    const { selector, 'min-available': minAvailable, 'max-unavailable': maxUnavailable } = context.flags;
    const place = await placeOf(context);
    requireName(place.name);
    const made = budgetOf(place, { selector, minAvailable, maxUnavailable });
    await create(context, made, 'failed to create poddisruptionbudgets: ');
  },
});
