// Promise: a pod with generic ephemeral volumes has a claim for each, which it owns. A claim of that name that it does not own is
// reported. Upstream: pkg/controller/volume/ephemeral.
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { controllerReference, isBeingDeleted, keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { ephemeralClaimName } from '../../api/pods/references.ts';
import { notForPod } from '../../api/volumes/binding.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_CLAIM, indexByClaim } from '../../client/informer/indices.ts';
import { messageOf } from '../../kit/message-of.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

export function createEphemeralVolumeController(context: ControllerContext): Controller {
  const { client, informers, events } = context;
  const pods = informers.informer(Pod);
  const claims = informers.informer(PersistentVolumeClaim);
  indexByClaim(pods);
  const metrics = context.metrics ?? new MetricsRegistry();
  const help = 'Number of PersistentVolumeClaim creation requests';
  const created = metrics.counter('ephemeral_volume_controller_create_total', help);
  const failed = metrics.counter('ephemeral_volume_controller_create_failures_total', help);
  const ensureClaim = async (pod: Readonly<Pod>, volume: Volume): Promise<void> => {
    const claim = claimOf(pod, volume);
    const known = claims.lister.byKey(keyOf(claim));
    const foreign = known && notForPod(pod, known);
    if (foreign) throw new Error(foreign);
    if (known) return;
    created.add();
    try {
      await client.create(PersistentVolumeClaim, claim);
    } catch (error) {
      failed.add();
      throw new Error(`create PVC ${nameOf(claim)}: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    name: 'ephemeral-volume-controller',
    watches: [
      watch(pods, { onAdd: needing, onUpdate: () => [], onDelete: () => [] }),
      watch(claims, {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: (claim) => pods.lister.byIndex(BY_CLAIM, keyOf(claim)).flatMap(needing),
      }),
    ],
    reconcile: async (key) => {
      const pod = pods.lister.byKey(key);
      if (!pod || isBeingDeleted(pod)) return undefined;
      for (const volume of pod.spec?.volumes ?? []) {
        if (!volume.ephemeral) continue;
        try {
          await ensureClaim(pod, volume);
        } catch (error) {
          const message = `ephemeral volume ${volume.name}: ${messageOf(error)}`;
          events.record(referenceTo(Pod, pod), 'Warning', 'FailedBinding', message);
          throw new Error(`pod ${key}, ${message}`, { cause: error });
        }
      }
      return undefined;
    },
  };
}

const needing = (pod: Readonly<Pod>): string[] =>
  !isBeingDeleted(pod) && pod.spec?.volumes?.some(({ ephemeral }) => ephemeral) ? [keyOf(pod)] : [];

function claimOf(pod: Readonly<Pod>, volume: Volume): PersistentVolumeClaim {
  const { metadata = {}, spec = {} } = volume.ephemeral?.volumeClaimTemplate ?? {};
  const { annotations, labels } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: ephemeralClaimName(nameOf(pod), volume.name),
      namespace: namespaceOf(pod),
      ...(annotations && { annotations }),
      ...(labels && { labels }),
      ownerReferences: [controllerReference(Pod, pod)],
    },
    spec,
  };
}
