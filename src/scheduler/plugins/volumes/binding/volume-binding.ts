// A pod goes where its volumes can be: those that are bound, and those that its claims get when it has a node. PreBind writes the choice
// and waits until the persistent volume controller has bound the claims. Upstream: volumebinding/volume_binding.go.

import { keyOf, nameOf } from '../../../../api/meta/v1/object.ts';
import { unmetRequirements } from '../../../../api/nodes/affinity.ts';
import type { Obstacle } from '../../../../api/pods/placement.ts';
import { reaches } from '../../../../api/volumes/binding.ts';
import { messageOf } from '../../../../kit/message-of.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';
import type { NodeLister } from '../../../cache/node-lister.ts';
import { immutableKey } from '../../../framework/cycle-state.ts';
import type {
  FilterPlugin,
  PreBindPlugin,
  PreFilterPlugin,
  PreScorePlugin,
  ReservePlugin,
  ScorePlugin,
} from '../../../framework/plugin.ts';
import { errorStatus, SKIP, SUCCESS, unresolvable } from '../../../framework/status.ts';
import type { VolumeSources } from '../sources.ts';
import { capacityScore, DEFAULT_SHAPE, type Shape } from './capacity-score.ts';
import {
  findVolumes,
  NO_ROOM,
  NOTHING_TO_BIND,
  type NodeVolumes,
  type Wanted,
  wantedOf,
} from './find-volumes.ts';
import { claimsProblem, podClaims } from './pod-claims.ts';
import { mayFitAfter } from './queueing-hint.ts';
import { Reservation } from './reservation.ts';

/** VolumeBindingArgs. */
export interface BindingArgs {
  readonly bindTimeoutMs: number;
  /** With the feature gate StorageCapacityScoring. */
  readonly shape: Shape;
}

export const DEFAULT_BINDING_ARGS: BindingArgs = { bindTimeoutMs: 600_000, shape: DEFAULT_SHAPE };

interface State {
  readonly wanted: Wanted;
  /** Node → what the pod would do about its claims there. Filled by Filter: nodes that are tried twice have the last answer. */
  readonly nodes: Map<string, NodeVolumes>;
  reservation?: Reservation;
}

const stateKey = immutableKey<State>('VolumeBinding');

type VolumeBinding = PreFilterPlugin &
  FilterPlugin &
  PreScorePlugin &
  ScorePlugin &
  ReservePlugin &
  PreBindPlugin;

export function volumeBinding(
  sources: VolumeSources,
  nodes: Pick<NodeLister, 'get'>,
  { bindTimeoutMs, shape }: BindingArgs = DEFAULT_BINDING_ARGS,
): VolumeBinding {
  const score = sources.gates.enabled('StorageCapacityScoring') ? capacityScore(shape) : undefined;
  return {
    name: 'VolumeBinding',
    preFilter(state, pod) {
      const problem = claimsProblem(pod, sources);
      if (typeof problem === 'string') return { status: unresolvable(problem) };
      if (!problem) return { status: SKIP };
      const claims = podClaims(pod, sources);
      if (claims.immediate.length > 0)
        return { status: unresolvable('pod has unbound immediate PersistentVolumeClaims') };
      state.write(stateKey, { wanted: wantedOf(claims, sources), nodes: new Map() });
      return { status: SUCCESS };
    },
    filter(state, _pod, node) {
      const { wanted, nodes: found } = state.read(stateKey);
      let answer: ReturnType<typeof findVolumes>;
      try {
        answer = findVolumes(wanted, node, sources);
      } catch (error) {
        sources.onFailure('predicate');
        throw error;
      }
      if (!('bindings' in answer)) return unresolvable(...answer);
      found.set(node.name, answer);
      return SUCCESS;
    },
    obstacles: (state) => (node) => obstaclesOf(state.read(stateKey).wanted, node, sources),
    mayFitAfter,
    preScore: (state) => (score && state.find(stateKey) ? SUCCESS : SKIP),
    weight: 1,
    score(state, _pod, node) {
      const found = state.find(stateKey)?.nodes.get(node.name);
      return score && found ? score(found) : 0;
    },
    reserve(state, pod, node) {
      const own = state.find(stateKey);
      const found = own?.nodes.get(node);
      if (!own || !found || found.bindings.length + found.provisions.length === 0) return SUCCESS;
      try {
        own.reservation = new Reservation(sources, pod, node, found);
      } catch (error) {
        sources.onFailure('assume');
        throw error;
      }
      return SUCCESS;
    },
    unreserve(state) {
      state.find(stateKey)?.reservation?.restore();
    },
    async preBind(state, _pod, node) {
      const reservation = state.find(stateKey)?.reservation;
      if (!reservation) return SUCCESS;
      try {
        await reservation.write();
        await reservation
          .bound(() => nodes.get(node), node, bindTimeoutMs)
          .catch((error: unknown) => {
            throw new Error(`binding volumes: ${messageOf(error)}`);
          });
      } catch (error) {
        sources.onFailure('bind');
        return errorStatus(error);
      }
      return SUCCESS;
    },
  };
}

/** What each claim lacks on the node. */
function obstaclesOf(wanted: Wanted, node: NodeInfo, sources: VolumeSources): readonly Obstacle[] {
  const found: Obstacle[] = [];
  for (const { spec } of wanted.bound) {
    const volume = sources.volumes.get(spec?.volumeName ?? '');
    if (!volume || reaches(node, volume)) continue;
    const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    for (const [term, one] of terms.entries())
      for (const { requirement, actual } of unmetRequirements(one, node)) {
        const { key, operator, values = [] } = requirement;
        found.push({
          ...{ type: 'VolumeNodeAffinity', volume: nameOf(volume), term, key, operator, values },
          ...(actual !== undefined && { actual }),
        });
      }
  }
  for (const one of wanted.delayed) {
    const answer = findVolumes({ bound: [], delayed: [one] }, node, sources);
    if ('bindings' in answer) continue;
    const claim = keyOf(one.claim);
    const size = one.claim.spec?.resources?.requests?.storage ?? '0';
    if (answer.includes(NOTHING_TO_BIND)) found.push({ type: 'NoVolume', claim, size });
    if (answer.includes(NO_ROOM)) found.push({ type: 'StorageCapacity', claim, size });
  }
  return found;
}
