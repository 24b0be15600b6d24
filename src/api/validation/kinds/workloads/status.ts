// Validates the status of workloads: counts are not negative, and no part is larger than the whole.
// Paths and messages follow k8s.io/kubernetes pkg/apis/apps and pkg/apis/core, validation. Called by workloads.ts.
import { type FieldError, invalid, nonNegative } from '../../field.ts';

/** Counts by the names of their fields. */
type Counts<K extends string> = Readonly<Partial<Record<K, number>>>;

const negatives = <K extends string>(status: Counts<K> | undefined, fields: readonly K[]): FieldError[] =>
  fields.flatMap((field) => nonNegative(`status.${field}`, status?.[field]));

type Replicas = 'replicas' | 'readyReplicas' | 'availableReplicas';

/** `ready`: how the kind calls the number of ready pods in its message. */
function excesses<K extends string>(
  status: Counts<K | Replicas> | undefined,
  parts: readonly NoInfer<K | Replicas>[],
  ready: string,
): FieldError[] {
  const count = (field: K | Replicas): number => status?.[field] ?? 0;
  const exceeds = (field: K | Replicas, whole: Replicas, name: string) =>
    count(field) > count(whole)
      ? [invalid(`status.${field}`, count(field), `cannot be greater than ${name}`)]
      : [];
  return [
    ...parts.flatMap((field) => exceeds(field, 'replicas', 'status.replicas')),
    ...exceeds('availableReplicas', 'readyReplicas', ready),
  ];
}

interface Collisions {
  readonly collisionCount?: number;
}

/** Names of later revisions depend on it. */
const collisionErrors = (
  { collisionCount: count }: Collisions = {},
  { collisionCount: before }: Collisions = {},
): FieldError[] =>
  before !== undefined && (count === undefined || count < before)
    ? [invalid('status.collisionCount', count ?? 0, 'cannot be decremented')]
    : [];

const deploymentCounts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const;

export const deploymentStatus = (
  status: Counts<(typeof deploymentCounts)[number]> | undefined,
  old: Collisions | undefined,
): FieldError[] => [
  ...negatives(status, deploymentCounts),
  ...excesses(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
  ...collisionErrors(status, old),
];

const replicaSetCounts = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const;

/** Also of a ReplicationController, which has no terminating replicas. */
export const replicaSetStatus = (
  status: Counts<(typeof replicaSetCounts)[number]> | undefined,
): FieldError[] => [
  ...negatives(status, replicaSetCounts),
  ...excesses(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
];

const statefulSetCounts = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;

export const statefulSetStatus = (
  status: Counts<(typeof statefulSetCounts)[number]> | undefined,
  old: Collisions | undefined,
): FieldError[] => [
  ...negatives(status, statefulSetCounts),
  ...excesses(
    status,
    ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    'status.readyReplicas',
  ),
  ...collisionErrors(status, old),
];

const daemonSetCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

export const daemonSetStatus = (
  status: Counts<(typeof daemonSetCounts)[number]> | undefined,
  old: Collisions | undefined,
): FieldError[] => [...negatives(status, daemonSetCounts), ...collisionErrors(status, old)];
