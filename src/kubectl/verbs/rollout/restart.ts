// kubectl rollout restart.

import { localTime, restarted } from '../../../api/rollout/changes.ts';
import { completesObjects } from '../../changes/complete.ts';
import { defineCommand } from '../../command/command.ts';
import { changeAll, changeFlags } from './rollout-verb.ts';

export default defineCommand({
  use: 'restart RESOURCE',
  long: `Restart a resource.

Resource rollout will be restarted.`,
  examples: `# Restart all deployments in the test-namespace namespace
kubectl rollout restart deployment -n test-namespace

# Restart a deployment
kubectl rollout restart deployment/nginx

# Restart a daemon set
kubectl rollout restart daemonset/abc

# Restart deployments with the app=nginx label
kubectl rollout restart deployment --selector=app=nginx`,
  flags: changeFlags(),
  complete: completesObjects(['deployment', 'daemonset', 'statefulset']),
  async run(context) {
    const now = localTime(context.io.clock.now());
    await changeAll(context, {
      mutate: (object) => restarted(object, now),
      done: 'restarted',
      unchanged: ({ name }) =>
        new Error(
          `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
        ),
    });
  },
});
