// kubectl rollout pause.

import { paused } from '../../../api/rollout/changes.ts';
import { completesObjects } from '../../changes/complete.ts';
import { defineCommand } from '../../command/command.ts';
import { changeAll, changeFlags } from './rollout-verb.ts';

export default defineCommand({
  use: 'pause RESOURCE',
  long: `Mark the provided resource as paused.

Paused resources will not be reconciled by a controller. Use "kubectl rollout resume" to resume a paused resource. Currently only deployments support being paused.`,
  examples: `# Mark the nginx deployment as paused
# Any current state of the deployment will continue its function; new updates
# to the deployment will not have an effect as long as the deployment is paused
kubectl rollout pause deployment/nginx`,
  flags: changeFlags(),
  complete: completesObjects(['deployment']),
  async run(context) {
    await changeAll(context, { mutate: paused, done: 'paused', unchanged: () => 'already paused' });
  },
});
