// A node takes no more volumes of a CSI driver than its CSINode says. A volume that several pods use counts once.
// Upstream: pkg/scheduler/framework/plugins/nodevolumelimits.
import type { CSINode } from '../../../../api/kinds/storage/v1/csi-node.ts';
import { nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import type { Obstacle } from '../../../../api/pods/placement.ts';
import { claimNameOf } from '../../../../api/volumes/binding.ts';
import { inlineDisk } from '../../../../api/volumes/migration.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import type { ClusterEvent } from '../../../framework/cluster-events.ts';
import type { FilterPlugin, PreFilterPlugin } from '../../../framework/plugin.ts';
import { SKIP, SUCCESS, unresolvable, unschedulable } from '../../../framework/status.ts';
import type { VolumeSources } from '../sources.ts';
import { type Attached, addVolumesOf, attachmentsOn, isAttachable, MissingClaim } from './attached.ts';

const tooMany = unschedulable('node(s) exceed max volume count');

type Sources = Pick<
  VolumeSources,
  'gates' | 'claims' | 'volumes' | 'classes' | 'csiNodes' | 'drivers' | 'attachmentsOn'
>;

export function nodeVolumeLimits(sources: Sources): PreFilterPlugin & FilterPlugin {
  const scaling = sources.gates.enabled('VolumeLimitScaling');
  return {
    name: 'NodeVolumeLimits',
    preFilter: (_state, { pod }) => ({ status: pod.spec?.volumes?.some(isAttachable) ? SUCCESS : SKIP }),
    filter(_state, pod, node) {
      const csiNode = sources.csiNodes.get(node.name);
      const wanted: Attached = new Map();
      try {
        addVolumesOf(wanted, pod, sources, csiNode, true);
      } catch (error) {
        if (error instanceof MissingClaim) return unresolvable(error.message);
        throw error;
      }
      const missing = scaling ? missingDriver(wanted, csiNode, sources) : undefined;
      if (missing !== undefined) return unschedulable(`${missing} CSI driver is not installed on the node`);
      return firstExcess(wanted, node, csiNode, sources) ? tooMany : SUCCESS;
    },
    obstacles: (_state, pod) => (node) => {
      const csiNode = sources.csiNodes.get(node.name);
      const wanted: Attached = new Map();
      addVolumesOf(wanted, pod, sources, csiNode, true);
      const excess = firstExcess(wanted, node, csiNode, sources);
      return excess ? [excess] : [];
    },
    mayFitAfter,
  };
}

function missingDriver(
  wanted: Attached,
  node: Readonly<CSINode> | undefined,
  { drivers }: Sources,
): string | undefined {
  for (const driver of wanted.values())
    if (
      drivers.get(driver)?.spec.preventPodSchedulingIfMissing &&
      !node?.spec.drivers.some(({ name }) => name === driver)
    )
      return driver;
  return undefined;
}

/** The first driver of which the node would have too many volumes. */
function firstExcess(
  wanted: Attached,
  node: NodeInfo,
  csiNode: Readonly<CSINode> | undefined,
  sources: Sources,
): Obstacle | undefined {
  const limits = limitsOf(csiNode);
  if (limits.size === 0 || !wanted.values().some((driver) => limits.has(driver))) return undefined;
  const used: Attached = new Map();
  for (const other of node.pods.values()) addVolumesOf(used, other, sources, csiNode, false);
  const missing = countByDriver(wanted.entries().filter(([volume]) => !used.has(volume)));
  for (const [volume, driver] of attachmentsOn(node.name, sources)) used.set(volume, driver);
  const taken = countByDriver(used.entries());
  for (const [driver, count] of missing) {
    const limit = limits.get(driver);
    const attached = taken.get(driver) ?? 0;
    if (limit !== undefined && attached + count > limit)
      return { type: 'VolumeLimit', driver, wanted: count, attached, limit };
  }
  return undefined;
}

function countByDriver(volumes: Iterable<readonly [string, string]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, driver] of volumes) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}

const limitsOf = (node: Readonly<CSINode> | undefined): ReadonlyMap<string, number> =>
  new Map(
    (node?.spec.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count] as const],
    ),
  );

function mayFitAfter({ pod, namespace }: PodInfo, event: ClusterEvent): boolean {
  const volumes = pod.spec?.volumes ?? [];
  switch (event.type) {
    case 'CsiNodeAdded':
      return true;
    case 'CsiNodeUpdated': {
      const before = limitsOf(event.old);
      return limitsOf(event.csiNode)
        .entries()
        .some(([driver, limit]) => limit > (before.get(driver) ?? 0));
    }
    case 'PodDeleted':
      return event.pod.pod.spec?.volumes?.some(isAttachable) ?? false;
    case 'ClaimAdded':
      return (
        namespaceOf(event.claim) === namespace &&
        volumes.some((volume) => claimNameOf(pod, volume) === nameOf(event.claim))
      );
    case 'AttachmentDeleted':
      return volumes.some(
        (volume) =>
          volume.persistentVolumeClaim !== undefined ||
          inlineDisk(volume)?.driver === event.attachment.spec.attacher,
      );
    default:
      return false;
  }
}
