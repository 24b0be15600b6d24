// kubectl rollout resume.

import { resumed } from '../../../api/rollout/changes.ts';
import { completesObjects } from '../../changes/complete.ts';
import { defineCommand } from '../../command/command.ts';
import { changeAll, changeFlags } from './rollout-verb.ts';

export default defineCommand({
  use: 'resume RESOURCE',
  long: `Resume a paused resource.

Paused resources will not be reconciled by a controller. By resuming a resource, we allow it to be reconciled again. Currently only deployments support being resumed.`,
  examples: `# Resume an already paused deployment
kubectl rollout resume deployment/nginx`,
  flags: changeFlags(),
  complete: completesObjects(['deployment']),
  async run(context) {
    await changeAll(context, { mutate: resumed, done: 'resumed', unchanged: () => 'already resumed' });
  },
});
