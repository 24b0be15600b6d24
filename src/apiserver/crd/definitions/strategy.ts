// The strategy of CustomResourceDefinitions. Their names are accepted, and they are established, when they are written; upstream's
// naming and establishing controllers do this a moment later.
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { approvalOf, isProtectedGroup } from '../../../api/validation/api-approval.ts';
import { paced } from '../../../kit/clock.ts';
import type { Strategy } from '../../registry/strategy.ts';
import { formatWarnings } from '../validation/warnings.ts';
import { definitionErrors } from './checks.ts';
import { acceptNames, type Claimed, type Condition, claimedBy, type Names, withCondition } from './names.ts';
import { Turns } from './turns.ts';

/** The finalizer that custom-kinds.ts removes after the definition's objects are deleted. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

function fillNames({ spec }: CustomResourceDefinition): void {
  const { names } = spec ?? {};
  if (!names) return;
  names.singular ||= names.kind?.toLowerCase() ?? '';
  names.listKind ||= `${names.kind}List`;
}

const REASONS = {
  missing: 'MissingAnnotation',
  invalid: 'InvalidAnnotation',
  approved: 'ApprovedAnnotation',
  bypassed: 'UnapprovedAnnotation',
} as const;
const APPROVED = 'KubernetesAPIApprovalPolicyConformant';

/** The conditions with the one about approval, which only definitions of protected groups have. */
function withApproval(
  { metadata, spec }: CustomResourceDefinition,
  conditions: readonly Condition[],
  now: string,
): Condition[] {
  if (!isProtectedGroup(spec?.group ?? '')) return conditions.filter(({ type }) => type !== APPROVED);
  const { state, reason: message } = approvalOf(metadata.annotations);
  const status = state === 'approved' ? 'True' : 'False';
  return withCondition(conditions, { type: APPROVED, status, reason: REASONS[state], message }, now);
}

export type Definitions = () => Iterable<CustomResourceDefinition>;

/** `definitions` returns those that are stored. */
export function definitionStrategy(definitions: Definitions): Strategy<CustomResourceDefinition> {
  /** Writes of definitions of one group end one after another. A write is durable, and seen in `definitions`, some time after it
   *  was given to the store: another that was decided meanwhile would be accepted with the same names. */
  const turns = new Turns();
  /** Definitions whose names are to be decided, and the time of the write. */
  const undecided = new WeakMap<CustomResourceDefinition, string>();
  const claimed = ({ metadata, spec }: CustomResourceDefinition) => {
    const others = [...definitions()].filter(
      (other) => other.spec.group === spec.group && other.metadata.name !== metadata.name,
    );
    return claimedBy(others);
  };
  return {
    generation: true,
    unconditionalUpdate: false,
    validateCreate: (definition, pace) => paced(definitionErrors(definition), pace),
    validateUpdate: (definition, old, { subresource, pace }) =>
      subresource === 'status' ? [] : paced(definitionErrors(definition, old), pace),
    warnings: formatWarnings,
    prepareCreate(definition, { now }) {
      fillNames(definition);
      const { metadata, spec } = definition;
      const { finalizers = [] } = metadata;
      if (!finalizers.includes(CLEANUP)) metadata.finalizers = [...finalizers, CLEANUP];
      const storedVersions = (spec?.versions ?? []).filter((v) => v.storage).map((v) => v.name);
      definition.status = { acceptedNames: {} as Names, conditions: [], storedVersions };
      undecided.set(definition, now);
    },
    prepareUpdate(definition, old, { now }) {
      fillNames(definition);
      const status = old.status ?? { acceptedNames: {} as Names };
      const stored = definition.spec?.versions?.find((v) => v.storage)?.name;
      const known = status.storedVersions ?? [];
      definition.status = {
        ...status,
        conditions: [...(status.conditions ?? [])],
        storedVersions: stored && !known.includes(stored) ? [...known, stored] : known,
      };
      undecided.set(definition, now);
    },
    async reserve({ spec }) {
      const end = await turns.take(spec.group);
      const ended = async () => end();
      return { keep: ended, release: ended };
    },
    decide(definition) {
      const now = undecided.get(definition);
      if (now !== undefined) setStatus(definition, () => claimed(definition), now);
    },
    markDeleted(definition) {
      const status = definition.status ?? { acceptedNames: {} as Names };
      const now = definition.metadata.deletionTimestamp ?? '';
      const conditions = withCondition(status.conditions ?? [], TERMINATING.pending, now);
      definition.status = { ...status, conditions };
    },
  };
}

function setStatus(definition: CustomResourceDefinition, claimed: () => Claimed, now: string): void {
  acceptNames(definition, claimed, now);
  const status = definition.status!;
  status.conditions = withApproval(definition, status.conditions ?? [], now);
}

export type TerminatingCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const terminating = (status: 'True' | 'False', reason: string, message: string): TerminatingCondition => ({
  type: 'Terminating',
  status,
  reason,
  message,
});

/** The stages of deletion. */
export const TERMINATING = {
  pending: terminating(
    'True',
    'InstanceDeletionPending',
    'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  ),
  inProgress: terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'),
  unconfirmed: terminating(
    'True',
    'InstanceDeletionCheck',
    'could not confirm zero CustomResources remaining: context deadline exceeded',
  ),
  failed: (message: string) => terminating('True', 'InstanceDeletionFailed', message),
  completed: terminating('False', 'InstanceDeletionCompleted', 'removed all instances'),
  neverEstablished: terminating('False', 'NeverEstablished', 'resource was never established'),
};
