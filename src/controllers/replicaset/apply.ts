// Carries out what plan.ts decided: pods made in growing batches, pods deleted at once, each expected to show in the cache.
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Expectations } from '../framework/expectations.ts';
import {
  createPod,
  deletePod,
  isNamespaceTerminating,
  podFromTemplate,
} from '../framework/pods/pod-control.ts';
import { slowStart } from '../framework/slow-start.ts';
import type { Plan } from './plan.ts';

/** Resolves with the failure that the status must tell of, if there was one. */
export async function applyPlan(
  context: ControllerContext,
  expectations: Expectations,
  kind: AnyResource,
  object: Readonly<ReplicaSet>,
  plan: Plan,
): Promise<unknown> {
  if (plan.action === 'create') return createPods(context, expectations, kind, object, plan.count);
  if (plan.action === 'delete') return deletePods(context, expectations, kind, object, plan.pods);
  return undefined;
}

async function createPods(
  context: ControllerContext,
  expectations: Expectations,
  kind: AnyResource,
  object: Readonly<ReplicaSet>,
  count: number,
): Promise<unknown> {
  const key = keyOf(object);
  const owner = controllerReference(kind, object);
  const template = object.spec?.template ?? {};
  expectations.expectCreations(key, count);
  const { successes, failure } = await slowStart(count, async () => {
    const pod = podFromTemplate(template, namespaceOf(object), nameOf(object), owner);
    await createPod(context, { kind, object }, pod);
  });
  expectations.creationObserved(key, count - successes);
  return isNamespaceTerminating(failure) ? undefined : failure;
}

async function deletePods(
  context: ControllerContext,
  expectations: Expectations,
  kind: AnyResource,
  object: Readonly<ReplicaSet>,
  pods: readonly Readonly<Pod>[],
): Promise<unknown> {
  const key = keyOf(object);
  expectations.expectDeletions(key, pods.map(uidOf));
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      try {
        await deletePod(context, { kind, object }, pod);
      } catch (error) {
        // It will not be seen going, so it must not be waited for.
        expectations.deletionObserved(key, uidOf(pod));
        if (!isNotFound(error)) throw error;
      }
    }),
  );
  return results.find((result) => result.status === 'rejected')?.reason;
}
