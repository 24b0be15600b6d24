// What would be enough, in words: one text for the same obstacle on one node or on many, whose amounts then become ranges. Pure.
import type { Obstacle, PodName } from '../pods/placement.ts';
import { compareQuantity, parseQuantity } from '../quantity/quantity.ts';

type OfType<T extends Obstacle['type']> = Extract<Obstacle, { readonly type: T }>;
type ResourceObstacle = OfType<'Resource'>;

/** Equal for what is the same obstacle on different nodes: without amounts, domains, and the pods that are in the way. */
export function obstacleKey(obstacle: Obstacle): string {
  switch (obstacle.type) {
    case 'Resource':
      return `Resource ${obstacle.resource} ${isBeyond(obstacle)}`;
    case 'HostPort':
      return `HostPort ${obstacle.ip} ${obstacle.port}/${obstacle.protocol}`;
    case 'Spread':
      return `Spread ${obstacle.key} ${obstacle.maxSkew}`;
    case 'PodAffinity':
      return `PodAffinity ${obstacle.key} ${obstacle.selector}`;
    case 'PodAntiAffinity':
      return `PodAntiAffinity ${obstacle.key} ${obstacle.existing}`;
    case 'NodeSelector':
      return `NodeSelector ${obstacle.key} ${obstacle.value}`;
    case 'NodeAffinity':
    case 'VolumeNodeAffinity':
    case 'VolumeZone': {
      const { actual: _, ...requirement } = obstacle;
      return JSON.stringify(requirement);
    }
    case 'VolumeLimit':
      return `VolumeLimit ${obstacle.driver}`;
    default:
      return JSON.stringify(obstacle);
  }
}

/** `same`: the obstacle as it is on each of the nodes; at least one, all of one key. */
export function obstacleText(same: readonly Obstacle[]): string {
  const [first] = same;
  if (!first) return '';
  if (first.type === 'Resource') return resourceText(same.filter(isResource));
  return same.length === 1 ? one(first) : `${many(first)}${podsText(same.flatMap(podsOf))}`;
}

/** On several nodes only so many pods are named. */
const MOST_NAMED = 3;

function podsText(pods: readonly PodName[]): string {
  const names = [...new Set(pods.map(podText))];
  return names.length > 0 && names.length <= MOST_NAMED ? `: ${names.join(', ')}` : '';
}

/** The pods that are in the way. */
function podsOf(obstacle: Obstacle): readonly PodName[] {
  if (obstacle.type === 'HostPort') return [obstacle.pod];
  return obstacle.type === 'PodAntiAffinity' ? obstacle.pods : [];
}

/** On one node. */
function one(obstacle: Exclude<Obstacle, ResourceObstacle>): string {
  switch (obstacle.type) {
    case 'NodeSelector':
    case 'NodeAffinity':
    case 'VolumeNodeAffinity':
    case 'VolumeZone':
      return `${many(obstacle)} (it has ${obstacle.actual === undefined ? 'no such label' : JSON.stringify(obstacle.actual)})`;
    case 'HostPort':
      return `${many(obstacle)}, taken by ${podText(obstacle.pod)}`;
    case 'Spread': {
      const { key, domain, pods, fewest, skew, maxSkew } = obstacle;
      return `fewer matching pods in ${key}=${domain}: it has ${pods}, the fewest are ${fewest}; with this pod the skew is ${skew}, maxSkew is ${maxSkew}`;
    }
    case 'PodAffinity':
      return `a pod that matches ${obstacle.selector || 'everything'} in ${obstacle.key}=${obstacle.domain}`;
    case 'PodAntiAffinity': {
      const pods = obstacle.pods.map(podText).join(', ');
      const where = `${obstacle.key}=${obstacle.domain}`;
      return obstacle.existing
        ? `${where} without ${pods}, whose anti-affinity is against this pod`
        : `${where} without ${pods} (anti-affinity)`;
    }
    case 'VolumeLimit': {
      const { attached, limit, wanted } = obstacle;
      return `${many(obstacle)}: it has ${attached}, it takes ${limit}, and the pod needs ${wanted} more`;
    }
    default:
      return many(obstacle);
  }
}

/** On several nodes: what they have in common. */
function many(obstacle: Exclude<Obstacle, ResourceObstacle>): string {
  switch (obstacle.type) {
    case 'Cordon':
      return 'to be uncordoned';
    case 'Taint':
      return `a toleration of the taint ${obstacle.key}${obstacle.value ? `=${obstacle.value}` : ''}:${obstacle.effect}`;
    case 'NodeName':
      return `a pod that does not name the node ${obstacle.wanted}`;
    case 'NodeSelector':
      return `the label ${obstacle.key}=${obstacle.value}`;
    case 'NodeAffinity':
      return `${requirementText(obstacle)} (${obstacle.enforced ? "the scheduler's affinity" : 'affinity'}, term ${obstacle.term + 1})`;
    case 'VolumeNodeAffinity':
      return `${requirementText(obstacle)} (node affinity of the volume ${obstacle.volume}, term ${obstacle.term + 1})`;
    case 'VolumeZone':
      return `${obstacle.key} in (${obstacle.values.join(', ')}), where the volume ${obstacle.volume} is`;
    case 'NoVolume':
      return `a free volume of ${obstacle.size} for the claim ${obstacle.claim}`;
    case 'StorageCapacity':
      return `storage of ${obstacle.size} for the claim ${obstacle.claim}`;
    case 'VolumeLimit':
      return `fewer volumes of ${obstacle.driver}`;
    case 'Devices':
      return `free devices for the resource ${obstacle.claims.length > 1 ? 'claims' : 'claim'} ${obstacle.claims.join(', ')}`;
    case 'AllocatedElsewhere':
      return `devices of this node for the resource claim ${obstacle.claim}, which has others`;
    case 'HostPort':
      return `host port ${obstacle.port}/${obstacle.protocol}`;
    case 'TopologyKey':
      return `a label ${obstacle.key}`;
    case 'Spread':
      return `fewer matching pods in the same ${obstacle.key} (maxSkew ${obstacle.maxSkew})`;
    case 'PodAffinity':
      return `a pod that matches ${obstacle.selector || 'everything'} in the same ${obstacle.key}`;
    case 'PodAntiAffinity':
      return obstacle.existing
        ? `no pod in the same ${obstacle.key} whose anti-affinity is against this pod`
        : `no pod in the same ${obstacle.key} that the anti-affinity of this pod is against`;
  }
}

function requirementText({ key, operator, values }: OfType<'NodeAffinity' | 'VolumeNodeAffinity'>): string {
  const among = `(${values.join(', ')})`;
  const texts: Readonly<Record<string, string>> = {
    In: `${key} in ${among}`,
    NotIn: `${key} not in ${among}`,
    Exists: `a label ${key}`,
    DoesNotExist: `no label ${key}`,
    Gt: `${key} > ${values[0]}`,
    Lt: `${key} < ${values[0]}`,
  };
  return texts[operator] ?? `${key} ${operator} ${among}`;
}

const isResource = (obstacle: Obstacle): obstacle is ResourceObstacle => obstacle.type === 'Resource';

/** No pod that leaves would be enough. */
const isBeyond = ({ requested, total }: ResourceObstacle): boolean => compare(requested, total) > 0;

const compare = (a: string, b: string): number => compareQuantity(parseQuantity(a), parseQuantity(b));

function resourceText(same: readonly ResourceObstacle[]): string {
  const { resource, requested, free, total } = same[0]!;
  const missing = range(same.map((each) => each.missing));
  if (resource === 'pods')
    return `room for ${missing} more ${missing === '1' ? 'pod' : 'pods'}${same.length === 1 ? ` (it takes ${total})` : ''}`;
  if (isBeyond(same[0]!))
    return `${requested} ${resource} (${same.length === 1 ? 'it has' : 'they have'} ${range(same.map((each) => each.total))} in all)`;
  const details = same.length === 1 ? `, free: ${free} of ${total}` : '';
  return `${missing} more ${resource} (requested: ${requested}${details})`;
}

function range(amounts: readonly string[]): string {
  const sorted = [...amounts].sort(compare);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return least === most ? least : `${least} to ${most}`;
}

export const podText = ({ namespace, name }: PodName): string =>
  name === undefined ? 'a pod that you may not read' : `${namespace}/${name}`;
