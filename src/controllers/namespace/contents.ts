// Deletes the contents of a namespace: the objects of every namespaced kind, pods first, and counts what remains. One pass;
// called by controller.ts.

import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { isNotFound, StatusError } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Discovered } from '../../client/rest/discovery.ts';
import { largest } from '../../kit/lists.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Progress } from './status.ts';

/** Seconds until the next pass when only finalizers remain. */
const FINALIZER_SECONDS = 15;

export interface Pass {
  readonly progress: Progress;
  /** Estimated seconds until the remaining objects are gone; 0 when nothing remains. */
  readonly estimateSeconds: number;
}

interface Tally {
  readonly failures: string[];
  readonly remaining: Map<string, number>;
  readonly finalizers: Map<string, number>;
  estimate: number;
}

export async function deleteContents(
  client: Client,
  namespace: string,
  discovered: Discovered,
  now: number,
): Promise<Pass> {
  const tally: Tally = { failures: [], remaining: new Map(), finalizers: new Map(), estimate: 0 };
  const kinds = discovered.kinds.filter(isContent);
  const pods = kinds.filter(isPod);
  for (const kind of pods) await empty(client, namespace, kind, tally, now);
  // Pods may need the other objects until they have ended.
  if (tally.remaining.size === 0 && tally.failures.length === 0)
    await Promise.all(
      kinds.filter((kind) => !isPod(kind)).map((kind) => empty(client, namespace, kind, tally, now)),
    );
  const { failures, remaining, finalizers, estimate } = tally;
  return {
    progress: { undiscovered: discovered.stale, failures, remaining, finalizers },
    estimateSeconds: estimate,
  };
}

const isPod = (kind: AnyResource): boolean =>
  kind.resource.group === '' && kind.resource.plural === Pod.resource.plural;

function isContent({ resource }: AnyResource): boolean {
  const verbs: readonly string[] = resource.verbs ?? [];
  return resource.namespaced && verbs.includes('delete') && verbs.includes('list');
}

/** What a list of a kind that is known only at run time contains. */
type Listed = ObjectOf<AnyResource> & KubeObject;

async function empty(
  client: Client,
  namespace: string,
  kind: AnyResource,
  tally: Tally,
  now: number,
): Promise<void> {
  try {
    await deleteAll(client, namespace, kind);
    const left = (await client.list(kind, { namespace })).items as Listed[];
    if (left.length > 0) count(kind, left, tally, now);
  } catch (error) {
    if (isNotFound(error) || (error instanceof StatusError && error.code === 405)) return;
    tally.failures.push(messageOf(error));
  }
}

async function deleteAll(client: Client, namespace: string, kind: AnyResource): Promise<void> {
  const options = { propagationPolicy: 'Background' };
  if ((kind.resource.verbs as readonly string[] | undefined)?.includes('deletecollection'))
    return client.deleteCollection(kind, { namespace }, options);
  const { items } = await client.list(kind, { namespace });
  for (const item of items as Listed[])
    await client.delete(kind, item.metadata.name ?? '', namespace, options).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

function count(kind: AnyResource, left: readonly KubeObject[], tally: Tally, now: number): void {
  tally.remaining.set(`${kind.resource.plural}.${kind.resource.group}`, left.length);
  for (const { metadata } of left)
    for (const finalizer of metadata.finalizers ?? [])
      tally.finalizers.set(finalizer, (tally.finalizers.get(finalizer) ?? 0) + 1);
  tally.estimate = Math.max(tally.estimate, isPod(kind) ? graceOf(left, now) : FINALIZER_SECONDS);
}

/** The longest remaining grace period of any pod, in seconds. */
function graceOf(pods: readonly KubeObject[], now: number): number {
  const seconds = pods.map(({ metadata, ...pod }) => {
    if (metadata.deletionTimestamp) return Math.ceil((Date.parse(metadata.deletionTimestamp) - now) / 1000);
    return (pod as Pod).spec?.terminationGracePeriodSeconds ?? 30;
  });
  return largest([1, ...seconds]);
}
