// kubectl create priorityclass.
import { defineCommand } from '../../../command/command.ts';
import { boolFlag, intFlag, stringFlag } from '../../../command/flag.ts';
import { create, createFlags, nameOf } from '../create-verb.ts';
import { priorityClassOf } from '../objects/cluster.ts';

export default defineCommand({
  use: 'priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  long: 'Create a priority class with the specified name, value, globalDefault and description.',
  examples: `# Create a priority class named high-priority
kubectl create priorityclass high-priority --value=1000 --description="high priority"

# Create a priority class that is the default for pods without one
kubectl create priorityclass default-priority --value=1000 --global-default=true

# Create a priority class whose pods do not preempt others
kubectl create priorityclass high-priority --value=1000 --preemption-policy="Never"`,
  flags: {
    ...createFlags(),
    value: intFlag(0, 'the value of this priority class.', { bits: 32 }),
    'global-default': boolFlag(
      false,
      'global-default specifies whether this PriorityClass should be considered as the default priority.',
    ),
    description: stringFlag(
      '',
      'description is an arbitrary string that usually provides guidelines on when this priority class should be used.',
    ),
    'preemption-policy': stringFlag(
      'PreemptLowerPriority',
      'preemption-policy is the policy for preempting pods with lower priority.',
    ),
  },
  async run(context) {
    const { value, description } = context.flags;
    const made = priorityClassOf(nameOf(context), {
      value,
      description,
      globalDefault: context.flags['global-default'],
      preemptionPolicy: context.flags['preemption-policy'],
    });
    await create(context, made, 'failed to create priorityclass: ');
  },
});
