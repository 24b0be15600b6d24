// A disk that may have one writer is not used twice on a node, and a claim of access mode ReadWriteOncePod not twice in the cluster.
// Upstream: pkg/scheduler/framework/plugins/volumerestrictions.
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Volume } from '../../../../api/kinds/core/v1/volume.ts';
import { nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import type { NodeLister } from '../../../cache/node-lister.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import type { ClusterEvent } from '../../../framework/cluster-events.ts';
import type { StateKey } from '../../../framework/cycle-state.ts';
import type { FilterPlugin, PreFilterPlugin } from '../../../framework/plugin.ts';
import { SKIP, SUCCESS, unresolvable, unschedulable } from '../../../framework/status.ts';
import { claimNotFound, type VolumeSources } from '../sources.ts';

const diskConflict = unschedulable('node(s) had no available disk');
const claimInUse = unschedulable(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
);

interface Restrictions {
  /** Names of the pod's claims that only one pod may use. */
  readonly exclusive: ReadonlySet<string>;
  /** How often placed pods refer to one of them. */
  uses: number;
}

export const restrictionsKey: StateKey<Restrictions> = {
  name: 'PreFilterVolumeRestrictions',
  clone: (value) => ({ ...value }),
};

export function volumeRestrictions(
  nodes: Pick<NodeLister, 'claimUses'>,
  { claims }: Pick<VolumeSources, 'claims'>,
): PreFilterPlugin & FilterPlugin {
  return {
    name: 'VolumeRestrictions',
    preFilter(state, pod) {
      const volumes = volumesOf(pod);
      if (!volumes.some(mayMatter)) return { status: SKIP };
      const exclusive = new Set<string>();
      let uses = 0;
      for (const name of claimsIn(volumes)) {
        const claim = claims.stored(`${pod.namespace}/${name}`);
        if (!claim) return { status: unresolvable(claimNotFound(name)) };
        if (!isExclusive(claim) || exclusive.has(name)) continue;
        exclusive.add(name);
        uses += nodes.claimUses(`${pod.namespace}/${name}`);
      }
      if (uses === 0 && !volumes.some(isRestricted)) return { status: SKIP };
      state.write(restrictionsKey, { exclusive, uses });
      return { status: SUCCESS };
    },
    preFilterExtensions: {
      addPod(state, pod, other) {
        count(state.read(restrictionsKey), pod, other, 1);
        return SUCCESS;
      },
      removePod(state, pod, other) {
        count(state.read(restrictionsKey), pod, other, -1);
        return SUCCESS;
      },
    },
    filter(state, pod, node) {
      if (volumesOf(pod).some(isRestricted))
        for (const other of node.pods.values()) if (haveConflict(pod, other)) return diskConflict;
      return state.read(restrictionsKey).uses > 0 ? claimInUse : SUCCESS;
    },
    mayFitAfter,
  };
}

/** A pod of another namespace may free a disk, but upstream does not ask for it. */
function mayFitAfter(pod: PodInfo, event: ClusterEvent): boolean {
  switch (event.type) {
    case 'PodDeleted': {
      if (event.pod.namespace !== pod.namespace) return false;
      const own = new Set(claimsIn(volumesOf(pod)));
      return haveConflict(pod, event.pod) || claimsIn(volumesOf(event.pod)).some((name) => own.has(name));
    }
    case 'NodeAdded':
      return true;
    case 'ClaimAdded':
      return (
        namespaceOf(event.claim) === pod.namespace && claimsIn(volumesOf(pod)).includes(nameOf(event.claim))
      );
    default:
      return false;
  }
}

const NONE: readonly Volume[] = [];

const volumesOf = ({ pod }: PodInfo): readonly Volume[] => pod.spec?.volumes ?? NONE;

/** Claims that the pod names itself; those of ephemeral volumes belong to one pod. */
const claimsIn = (volumes: readonly Volume[]): readonly string[] =>
  volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

const isExclusive = ({ spec }: Readonly<PersistentVolumeClaim>): boolean =>
  spec?.accessModes?.includes('ReadWriteOncePod') ?? false;

function count(state: Restrictions, pod: PodInfo, other: PodInfo, sign: 1 | -1): void {
  if (other.namespace !== pod.namespace) return;
  for (const name of claimsIn(volumesOf(other))) if (state.exclusive.has(name)) state.uses += sign;
}

/** Most pods have no such volume: they are to cost nothing. */
const mayMatter = (volume: Volume): boolean =>
  volume.persistentVolumeClaim !== undefined || isRestricted(volume);

const isRestricted = (volume: Volume): boolean =>
  Boolean(volume.gcePersistentDisk ?? volume.awsElasticBlockStore ?? volume.rbd ?? volume.iscsi);

const haveConflict = (pod: PodInfo, other: PodInfo): boolean =>
  volumesOf(pod).some(
    (volume) => isRestricted(volume) && volumesOf(other).some((one) => conflict(volume, one)),
  );

/** Whether both are the same disk, and one of the two would write to it. */
function conflict(a: Volume, b: Volume): boolean {
  const { gcePersistentDisk: gce, awsElasticBlockStore: aws, iscsi, rbd } = a;
  const { gcePersistentDisk: otherGce, awsElasticBlockStore: otherAws, iscsi: otherIscsi, rbd: otherRbd } = b;
  if (gce && gce.pdName === otherGce?.pdName && !(gce.readOnly && otherGce.readOnly)) return true;
  if (aws && aws.volumeID === otherAws?.volumeID) return true;
  if (iscsi && iscsi.iqn === otherIscsi?.iqn && !(iscsi.readOnly && otherIscsi.readOnly)) return true;
  if (!rbd || !otherRbd || (rbd.readOnly && otherRbd.readOnly)) return false;
  return (
    rbd.pool === otherRbd.pool &&
    rbd.image === otherRbd.image &&
    rbd.monitors.some((monitor) => otherRbd.monitors.includes(monitor))
  );
}
