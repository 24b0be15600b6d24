// kubectl cordon.
import { completesNames } from '../../changes/complete.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf } from '../../command/common-flags.ts';
import { mark, nodeFlags, nodesOf } from '../drain/nodes.ts';

const use = 'cordon NODE';

export default defineCommand({
  use,
  long: 'Mark node as unschedulable.',
  examples: `# Mark node "foo" as unschedulable
kubectl cordon foo`,
  flags: nodeFlags(),
  complete: completesNames('node'),
  async run(context) {
    const dryRun = dryRunOf(context.flags['dry-run'], context.io);
    await mark(context, await nodesOf(context, use, 500), true, dryRun);
  },
});
