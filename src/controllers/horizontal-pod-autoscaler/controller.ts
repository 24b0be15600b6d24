// Promise: the scale of every autoscaler's target follows its metrics, within its limits, at latest one period after they change; the status
// says what was measured, and what is done about it. Difference: an autoscaler is looked at as soon as it is created or its specification
// changes, not only after the first period.
import { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { indexByNamespace } from '../../client/informer/indices.ts';
import type { ControllerSettings } from '../entry.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { instrumentsOf } from './instruments.ts';
import { Reconciler } from './reconciler.ts';
import { settingsOf } from './settings.ts';

export function createAutoscalerController(
  context: ControllerContext,
  { autoscaler, features }: Pick<ControllerSettings, 'autoscaler' | 'features'>,
): Controller {
  const settings = settingsOf(autoscaler, features);
  const autoscalers = context.informers.informer(HorizontalPodAutoscaler);
  const pods = context.informers.informer(Pod);
  indexByNamespace(pods);
  const instruments = instrumentsOf(context.metrics, autoscalers.lister);
  const reconciler = new Reconciler(context, settings, pods.lister, instruments);
  return {
    name: 'horizontal-pod-autoscaler-controller',
    workers: settings.workers,
    watches: [
      watch(autoscalers, {
        onAdd: (autoscaler) => [keyOf(autoscaler)],
        // The kind has no generation; its status is written by this controller itself.
        onUpdate: (autoscaler, old) => (sameMeaning(autoscaler.spec, old.spec) ? [] : [keyOf(autoscaler)]),
        onDelete(autoscaler) {
          reconciler.forget(keyOf(autoscaler));
          return [];
        },
      }),
      reads(pods),
    ],
    async reconcile(key): Promise<Result | undefined> {
      const autoscaler = autoscalers.lister.byKey(key);
      if (!autoscaler) return undefined;
      const wait = reconciler.behindMs(key, autoscalers.lister);
      if (wait > 0) return { requeueAfter: Math.min(wait, 100) };
      await reconciler.reconcile(autoscaler);
      return { requeueAfter: settings.syncMs };
    },
  };
}
