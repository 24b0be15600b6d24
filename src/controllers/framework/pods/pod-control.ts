// Creates and deletes pods for an owner, with events on the owner.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import type { OwnerReference } from '../../../api/meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import { isNotFound, StatusError } from '../../../api/status/status-error.ts';
import { referenceTo } from '../../../client/events/events.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { ControllerContext } from '../controller.ts';

/** The object for which pods are created. */
export interface PodOwner {
  readonly kind: AnyResource;
  readonly object: { readonly metadata: KubeObject['metadata'] };
}

/** The pod to create from `template`, named `prefix` plus a suffix that the server generates. */
export function podFromTemplate(
  template: Readonly<PodTemplateSpec>,
  namespace: string,
  prefix: string,
  owner: OwnerReference,
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${prefix}-`,
      namespace,
      ownerReferences: [owner],
      ...(labels && { labels: { ...labels } }),
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers && { finalizers: [...finalizers] }),
    },
    ...(template.spec && { spec: template.spec }),
  };
}

/** True when a creation failed only because the namespace is being deleted, which is neither an error nor an event. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  return (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
}

export async function createPod(context: ControllerContext, owner: PodOwner, pod: Pod): Promise<Pod> {
  const about = referenceTo(owner.kind, owner.object);
  try {
    const created = await context.client.create(Pod, pod);
    context.events.record(about, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (!isNamespaceTerminating(error)) {
      const why = messageOf(error);
      context.events.record(about, 'Warning', 'FailedCreate', `Error creating: ${why}`);
    }
    throw error;
  }
}

/** Deletes a pod. Throws NotFound, without an event, for one that no longer exists. */
export async function deletePod(
  context: ControllerContext,
  owner: PodOwner,
  pod: { readonly metadata: KubeObject['metadata'] },
): Promise<void> {
  const about = referenceTo(owner.kind, owner.object);
  const { name = '', namespace } = pod.metadata;
  try {
    await context.client.delete(Pod, name, namespace);
  } catch (error) {
    if (isNotFound(error)) throw error;
    const why = messageOf(error);
    context.events.record(about, 'Warning', 'FailedDelete', `Error deleting: ${why}`);
    throw error;
  }
  context.events.record(about, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
}
