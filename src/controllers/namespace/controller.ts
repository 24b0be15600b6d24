// Promise: every object in a namespace that is being deleted is deleted too, conditions report the progress, and the
// namespace's finalizer is removed when nothing is left.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { deleteContents } from './contents.ts';
import { conditionsAfter, type Progress } from './status.ts';

const FINALIZER = 'kubernetes';

export function createNamespaceController(context: ControllerContext): Controller {
  const namespaces = context.informers.informer(Namespace);
  const pods = context.informers.informer(Pod);
  indexByNamespace(pods);
  const ifDeleted = (name: string) => {
    const namespace = namespaces.lister.get(name);
    return namespace && isBeingDeleted(namespace) ? [name] : [];
  };
  return {
    name: 'namespace-controller',
    workers: 10,
    watches: [
      watch(namespaces, {
        onAdd: (namespace) => ifDeleted(nameOf(namespace)),
        // Not for the progress that is reported here: while objects end, each pass finds another number of them.
        onUpdate: (namespace, old) => (isBeingDeleted(old) ? [] : ifDeleted(nameOf(namespace))),
        onDelete: () => [],
      }),
      // Most namespaces wait for their last pod, so its deletion enqueues the namespace at once. That of others does not: each pass
      // asks for all pods that are left.
      watch(pods, {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: (pod) =>
          pods.lister.countByIndex(BY_NAMESPACE, namespaceOf(pod)) > 0 ? [] : ifDeleted(namespaceOf(pod)),
      }),
    ],
    reconcile: (name) => empty(context, name),
  };
}

async function empty(context: ControllerContext, name: string): Promise<Result | undefined> {
  const namespace = await read(context, name);
  if (!namespace || !isBeingDeleted(namespace)) return undefined;
  if (!(namespace.spec?.finalizers ?? []).includes(FINALIZER)) return undefined;
  const marked = await markTerminating(context, namespace);
  const now = context.clock.now();
  const pass = await deleteContents(context.client, name, await context.discover(), now);
  await report(context, marked, pass.progress);
  if (pass.progress.failures.length > 0)
    throw new Error(`namespace ${name} is not empty: ${pass.progress.failures.join('; ')}`);
  if (pass.progress.undiscovered.length > 0)
    throw new Error(`namespace ${name}: unknown contents: ${pass.progress.undiscovered.join(', ')}`);
  if (pass.estimateSeconds > 0) return { requeueAfter: (Math.floor(pass.estimateSeconds / 2) + 1) * 1000 };
  await finalize(context, name);
  return undefined;
}

async function read(context: ControllerContext, name: string): Promise<Namespace | undefined> {
  try {
    return await context.client.get(Namespace, name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function markTerminating(context: ControllerContext, namespace: Namespace): Promise<Namespace> {
  if (namespace.status?.phase === 'Terminating') return namespace;
  const status = { ...namespace.status, phase: 'Terminating' as const };
  return context.client.update(Namespace, { ...namespace, status }, { subresource: 'status' });
}

async function report(context: ControllerContext, namespace: Namespace, progress: Progress): Promise<void> {
  const before = namespace.status?.conditions ?? [];
  const conditions = conditionsAfter(before, progress, rfc3339(context.clock.now()));
  if (sameMeaning(before, conditions)) return;
  const status = { ...namespace.status, conditions };
  try {
    await context.client.update(Namespace, { ...namespace, status }, { subresource: 'status' });
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}

async function finalize(context: ControllerContext, name: string): Promise<void> {
  const namespace = await read(context, name);
  if (!namespace) return;
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  const finalized = { ...namespace, spec: { ...namespace.spec, finalizers } };
  await context.client.update(Namespace, finalized, { subresource: 'finalize' }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
