// A volume whose labels name zones or regions is used on nodes there. Upstream: pkg/scheduler/framework/plugins/volumezone.
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import { labelsOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import type { Obstacle } from '../../../../api/pods/placement.ts';
import { classOfClaim } from '../../../../api/volumes/classes.ts';
import { addAll } from '../../../../kit/lists.ts';
import { own } from '../../../../kit/own.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import { type ClusterEvent, isSame } from '../../../framework/cluster-events.ts';
import { immutableKey } from '../../../framework/cycle-state.ts';
import type { FilterPlugin, PreFilterPlugin } from '../../../framework/plugin.ts';
import { SKIP, type Status, SUCCESS, unresolvable } from '../../../framework/status.ts';
import { claimNotFound, type VolumeSources, volumeNotFound } from '../sources.ts';

const otherZone = unresolvable('node(s) had no available volume zone');

/** Beta label → the one that has taken its place. */
const SUCCESSORS: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
]);
const KEYS = [...SUCCESSORS.keys(), ...SUCCESSORS.values()];

/** A node with one of these values for the key can reach the volume. */
interface Topology {
  readonly volume: string;
  readonly key: string;
  readonly values: readonly string[];
}

const zonesKey = immutableKey<readonly Topology[]>('PreFilterVolumeZone');

export function volumeZone(
  sources: Pick<VolumeSources, 'claims' | 'volumes' | 'classes'>,
): PreFilterPlugin & FilterPlugin {
  return {
    name: 'VolumeZone',
    preFilter(state, pod) {
      if (!pod.pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim))
        return { status: SKIP };
      const found: Topology[] = [];
      for (const name of claimsOf(pod)) {
        const volume = volumeOf(sources, pod, name);
        if (volume === 'later') continue;
        if ('code' in volume) return { status: volume };
        addAll(found, topologiesOf(volume));
      }
      if (found.length === 0) return { status: SKIP };
      state.write(zonesKey, found);
      return { status: SUCCESS };
    },
    filter(state, _pod, node) {
      // A cluster in one zone may have no labels at all.
      if (KEYS.every((key) => node.label(key) === undefined)) return SUCCESS;
      return state.read(zonesKey).every((topology) => isIn(topology, node)) ? SUCCESS : otherZone;
    },
    obstacles: (state) => (node) =>
      state
        .read(zonesKey)
        .filter((topology) => !isIn(topology, node))
        .map((topology): Obstacle => {
          const actual = labelFor(node, topology.key);
          return { type: 'VolumeZone', ...topology, ...(actual !== undefined && { actual }) };
        }),
    mayFitAfter,
  };
}

/** The volume of a claim; `later` if it is chosen after the node. */
function volumeOf(
  { claims, volumes, classes }: Pick<VolumeSources, 'claims' | 'volumes' | 'classes'>,
  pod: PodInfo,
  name: string,
): Readonly<PersistentVolume> | Status | 'later' {
  if (!name) return unresolvable('PersistentVolumeClaim had no name');
  const claim = claims.stored(`${pod.namespace}/${name}`);
  if (!claim) return unresolvable(claimNotFound(name));
  const volume = claim.spec?.volumeName;
  if (volume) return volumes.stored(volume) ?? unresolvable(volumeNotFound(volume));
  const className = classOfClaim(claim);
  if (!className) return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
  const found = classes.get(className);
  if (!found) return unresolvable(`storageclass.storage.k8s.io ${JSON.stringify(className)} not found`);
  if (!found.volumeBindingMode)
    return unresolvable(`VolumeBindingMode not set for StorageClass ${JSON.stringify(className)}`);
  if (found.volumeBindingMode === 'WaitForFirstConsumer') return 'later';
  return unresolvable('PersistentVolume had no name');
}

/** Several zones are separated by two underscores; a label with an empty one counts for nothing. */
function topologiesOf(volume: Readonly<PersistentVolume>): Topology[] {
  return KEYS.flatMap((key) => {
    const text = own(labelsOf(volume), key);
    const values = text?.split('__').map((value) => value.trim()) ?? [];
    if (values.length === 0 || values.includes('')) return [];
    return { volume: nameOf(volume), key, values };
  });
}

const labelFor = (node: NodeInfo, key: string): string | undefined =>
  node.label(key) ?? node.label(SUCCESSORS.get(key) ?? key);

function isIn({ key, values }: Topology, node: NodeInfo): boolean {
  const value = labelFor(node, key);
  return value !== undefined && values.includes(value);
}

const claimsOf = ({ pod }: PodInfo): readonly string[] =>
  (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

function mayFitAfter(pod: PodInfo, event: ClusterEvent): boolean {
  switch (event.type) {
    case 'NodeAdded':
      return true;
    case 'NodeUpdated':
      return !isSame(labelsOf(event.node.node!), labelsOf(event.old.node!));
    case 'ClassAdded':
      return event.storageClass.volumeBindingMode === 'WaitForFirstConsumer';
    case 'ClaimAdded':
    case 'ClaimUpdated':
      return namespaceOf(event.claim) === pod.namespace && claimsOf(pod).includes(nameOf(event.claim));
    case 'VolumeAdded':
      return true;
    case 'VolumeUpdated':
      return !isSame(topologiesOf(event.volume), topologiesOf(event.old));
    default:
      return false;
  }
}
