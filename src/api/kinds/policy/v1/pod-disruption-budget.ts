import { Condition } from '../../../meta/v1/condition.ts';
import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  int32,
  int64,
  intOrString,
  list,
  map,
  type Of,
  ref,
  string,
  struct,
  timestamp,
} from '../../../schema/notation.ts';

export const PodDisruptionBudgetSpec = struct(
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec',
  {
    maxUnavailable: intOrString(3, {
      doc: 'Maximum number or percentage of pods that may be unavailable after an eviction.',
      emit: 'if-set',
    }),
    minAvailable: intOrString(1, {
      doc: 'Minimum number or percentage of pods that must be available after an eviction.',
      emit: 'if-set',
    }),
    selector: ref(2, LabelSelector, { doc: 'Label selector for the pods.', emit: 'if-set', replace: true }),
    unhealthyPodEvictionPolicy: string(4, {
      doc: 'When pods that are not ready may be evicted: IfHealthyBudget or AlwaysAllow.',
      enum: ['AlwaysAllow', 'IfHealthyBudget'],
      emit: 'if-set',
    }),
  },
  { doc: 'Pods that the budget applies to, and how many of them must stay available.' },
);
export interface PodDisruptionBudgetSpec extends Of<typeof PodDisruptionBudgetSpec> {}

export const PodDisruptionBudgetStatus = struct(
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
  {
    conditions: list(7, Condition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentHealthy: int32(4, { doc: 'Number of healthy pods.', emit: 'always' }),
    desiredHealthy: int32(5, { doc: 'Minimum number of healthy pods.', emit: 'always' }),
    disruptedPods: map(2, timestamp, {
      doc: 'Pods whose eviction is in progress, and the time at which it was granted.',
    }),
    disruptionsAllowed: int32(3, { doc: 'Number of pods that may be evicted now.', emit: 'always' }),
    expectedPods: int32(6, { doc: 'Number of pods that the budget counts.', emit: 'always' }),
    observedGeneration: int64(1, { doc: 'Generation of the object that the controller last observed.' }),
  },
  { doc: 'Observed number of healthy pods and allowed disruptions.' },
);
export interface PodDisruptionBudgetStatus extends Of<typeof PodDisruptionBudgetStatus> {}

export const PodDisruptionBudget = resource(
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  {
    doc: 'Limits how many pods of an application are evicted at the same time.',
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    singular: 'poddisruptionbudget',
    namespaced: true,
    shortNames: ['pdb'],
    storageVersionHash: 'EVWiDmWqyJw=',
    subresources: { status: { kind: 'PodDisruptionBudget', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, PodDisruptionBudgetSpec, { emit: 'always' }),
    status: ref(3, PodDisruptionBudgetStatus, { emit: 'always' }),
  },
);
export interface PodDisruptionBudget extends Of<typeof PodDisruptionBudget> {}
