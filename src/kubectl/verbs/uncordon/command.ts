// kubectl uncordon.
import { completesNames } from '../../changes/complete.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf } from '../../command/common-flags.ts';
import { mark, nodeFlags, nodesOf } from '../drain/nodes.ts';

const use = 'uncordon NODE';

export default defineCommand({
  use,
  long: 'Mark node as schedulable.',
  examples: `# Mark node "foo" as schedulable
kubectl uncordon foo`,
  flags: nodeFlags(),
  complete: completesNames('node'),
  async run(context) {
    const dryRun = dryRunOf(context.flags['dry-run'], context.io);
    await mark(context, await nodesOf(context, use, 500), false, dryRun);
  },
});
