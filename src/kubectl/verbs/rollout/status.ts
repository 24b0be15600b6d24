// kubectl rollout status: prints how far a rollout is, until it is done.

import type { DaemonSet } from '../../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import {
  daemonSetStatus,
  deploymentStatus,
  type RolloutStatus,
  statefulSetStatus,
} from '../../../api/rollout/status-text.ts';
import { completesObjects } from '../../changes/complete.ts';
import { eventsOf } from '../../changes/watch-object.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import { boolFlag, durationFlag, intFlag } from '../../command/flag.ts';
import { groupResourceOf } from '../../discovery/served.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import { rolloutFiles, rolloutTargets } from './rollout-verb.ts';

export default defineCommand({
  use: 'status (TYPE NAME | TYPE/NAME) [flags]',
  long: `Show the status of the rollout.

By default 'rollout status' will watch the status of the latest rollout until it's done. If you don't want to wait for the rollout to finish then you can use --watch=false. Note that if a new rollout starts in-between, then 'rollout status' will continue watching the latest revision. If you want to pin to a specific revision and abort if it is rolled over by another revision, use --revision=N where N is the revision you need to watch for.`,
  examples: `# Watch the rollout status of a deployment
kubectl rollout status deployment/nginx`,
  flags: {
    ...rolloutFiles(),
    watch: boolFlag(true, "Watch the status of the rollout until it's done.", { short: 'w' }),
    revision: intFlag(0, 'Pin to a specific revision for showing its status. Defaults to 0 (last revision).'),
    timeout: durationFlag(
      0,
      '0s',
      'The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).',
    ),
  },
  complete: completesObjects(['deployment', 'daemonset', 'statefulset']),
  async run(context) {
    const { flags, io, session } = context;
    if (flags.revision < 0) throw new Error(`revision must be a positive integer: ${flags.revision}`);
    const found = await rolloutTargets(context);
    let any = false;
    await found.visit(async (info) => {
      any = true;
      await follow(context, info, flags);
    });
    if (any) return;
    const { namespace } = await session.namespace();
    io.err(`No resources found in ${namespace} namespace.\n`);
  },
});

interface Choices {
  readonly watch: boolean;
  readonly revision: number;
  readonly timeout: number;
}

async function follow(
  { io, session }: Pick<Context, 'io' | 'session'>,
  info: Info,
  { watch, revision, timeout }: Choices,
): Promise<void> {
  const statusOf = viewerOf(info, revision);
  const late = new AbortController();
  const timer = timeout > 0 ? io.clock.after(timeout, () => late.abort()) : undefined;
  const signal = AbortSignal.any([io.signal, late.signal]);
  try {
    for await (const { type, object } of eventsOf(session, info.collectionPath(), info.name, signal)) {
      if (type === 'DELETED' || type === 'MISSING') throw new Error('object has been deleted');
      const { text, done } = statusOf(object);
      io.out(text);
      if (done || !watch) return;
    }
  } catch (error) {
    if (late.signal.aborted) throw new Error('timed out waiting for the condition', { cause: error });
    throw error;
  } finally {
    timer?.cancel();
    late.abort();
  }
}

function viewerOf({ mapping }: Info, revision: number): (object: KubeObject) => RolloutStatus {
  switch (groupResourceOf(mapping)) {
    case 'deployments.apps':
      return (object) => deploymentStatus(object as KubeObject & Deployment, revision);
    case 'daemonsets.apps':
      return (object) => daemonSetStatus(object as KubeObject & DaemonSet);
    case 'statefulsets.apps':
      return (object) => statefulSetStatus(object as KubeObject & StatefulSet);
    default: {
      const { group, kind } = mapping;
      throw new Error(`no status viewer has been implemented for ${group ? `${kind}.${group}` : kind}`);
    }
  }
}
