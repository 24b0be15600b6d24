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
      doc: 'How many may be missing, as a number or percentage.',
      emit: 'if-set',
    }),
    minAvailable: intOrString(1, {
      doc: 'How many must be there, as a number or percentage.',
      emit: 'if-set',
    }),
    selector: ref(2, LabelSelector, { doc: 'The pods this is about.', emit: 'if-set', replace: true }),
    unhealthyPodEvictionPolicy: string(4, {
      doc: 'Whether pods that are not ready may always be evicted: IfHealthyBudget or AlwaysAllow.',
      enum: ['AlwaysAllow', 'IfHealthyBudget'],
      emit: 'if-set',
    }),
  },
  { doc: 'Which pods, and how many.' },
);
export interface PodDisruptionBudgetSpec extends Of<typeof PodDisruptionBudgetSpec> {}

export const PodDisruptionBudgetStatus = struct(
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
  {
    conditions: list(7, Condition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentHealthy: int32(4, { doc: 'Healthy pods now.', emit: 'always' }),
    desiredHealthy: int32(5, { doc: 'Healthy pods that must stay.', emit: 'always' }),
    disruptedPods: map(2, timestamp, { doc: 'Pods being evicted but not gone yet, and since when.' }),
    disruptionsAllowed: int32(3, { doc: 'How many pods may be evicted now.', emit: 'always' }),
    expectedPods: int32(6, { doc: 'Pods that the budget counts in all.', emit: 'always' }),
    observedGeneration: int64(1, { doc: 'Which generation of the spec this is about.' }),
  },
  { doc: 'How many pods may be ended now.' },
);
export interface PodDisruptionBudgetStatus extends Of<typeof PodDisruptionBudgetStatus> {}

export const PodDisruptionBudget = resource(
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  {
    doc: 'How many pods may be evicted at the same time.',
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
