// Validates PriorityLevelConfigurations. That the mandatory ones do not change is a rule of their strategy, which knows them.
// Paths and messages follow k8s.io/kubernetes pkg/apis/flowcontrol/validation. Called through rule-book.ts.
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../../kinds/flowcontrol/v1/priority-level-configuration.ts';
import {
  betweenComplaint,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import type { Rules } from '../../rules.ts';
import { conditionTypeErrors } from './conditions.ts';

const KEPT_ZERO = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';
const MOST_QUEUES = 10_000_000;
/** Of the hash that chooses a hand of queues. */
const HASH_BITS = 60;

function queuingErrors(
  { queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration,
  path: string,
) {
  const errors: FieldError[] = [];
  if (queueLengthLimit <= 0)
    errors.push(invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, 'must be positive'));
  else if (queues > MOST_QUEUES)
    errors.push(invalid(`${path}.queues`, queues, `must not be greater than ${MOST_QUEUES}`));
  const hand = handComplaint(queues, handSize);
  if (hand) errors.push(invalid(`${path}.handSize`, handSize, hand));
  return errors;
}

function handComplaint(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  return Math.ceil(Math.log2(queues) * handSize) > HASH_BITS
    ? `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`
    : undefined;
}

function responseErrors({ type, queuing }: LimitResponse, path: string): FieldError[] {
  const at = `${path}.queuing`;
  if (type === 'Reject')
    return queuing ? [forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (type !== 'Queue') return [notSupported(`${path}.type`, type, ['Queue', 'Reject'])];
  return queuing
    ? queuingErrors(queuing, at)
    : [required(at, 'must not be empty if limited.limitResponse.type is Limited')];
}

const sharesErrors = (shares: number | undefined, path: string): FieldError[] =>
  shares !== undefined && shares < 0
    ? [invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')]
    : [];

const lendableErrors = (percent: number | undefined, path: string): FieldError[] =>
  percent !== undefined && (percent < 0 || percent > 100)
    ? [invalid(`${path}.lendablePercent`, percent, betweenComplaint(0, 100))]
    : [];

function limitedErrors(limited: LimitedPriorityLevelConfiguration, path: string): FieldError[] {
  const { limitResponse, borrowingLimitPercent: percent } = limited;
  return [
    ...sharesErrors(limited.nominalConcurrencyShares, path),
    ...responseErrors(limitResponse ?? { type: '' }, `${path}.limitResponse`),
    ...lendableErrors(limited.lendablePercent, path),
    ...(percent !== undefined && percent < 0
      ? [invalid(`${path}.borrowingLimitPercent`, percent, 'if specified, must be a non-negative integer')]
      : []),
  ];
}

function typeErrors({ type, limited, exempt }: PriorityLevelConfigurationSpec): FieldError[] {
  if (type === 'Exempt')
    return [
      ...(limited ? [forbidden('spec.limited', 'must be nil if the type is not Limited')] : []),
      ...sharesErrors(exempt?.nominalConcurrencyShares, 'spec.exempt'),
      ...lendableErrors(exempt?.lendablePercent, 'spec.exempt'),
    ];
  if (type !== 'Limited') return [notSupported('spec.type', type, ['Exempt', 'Limited'])];
  return [
    ...(exempt ? [forbidden('spec.exempt', 'must be nil if the type is Limited')] : []),
    ...(limited
      ? limitedErrors(limited, 'spec.limited')
      : [required('spec.limited', 'must not be empty when type is Limited')]),
  ];
}

function priorityLevel({ metadata, spec, status }: PriorityLevelConfiguration): FieldError[] {
  const { name, annotations = {} } = metadata;
  const { type = '' } = spec ?? {};
  return [
    ...(Object.hasOwn(annotations, KEPT_ZERO)
      ? [forbidden('metadata.annotations', `annotation '${KEPT_ZERO}' is forbidden`)]
      : []),
    ...((name === 'exempt') === (type === 'Exempt')
      ? []
      : [invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'")]),
    ...typeErrors(spec ?? { type }),
    ...conditionTypeErrors(status?.conditions),
  ];
}

export const priorityLevelRules: Rules<PriorityLevelConfiguration> = {
  create: priorityLevel,
  status: ({ status }) => conditionTypeErrors(status?.conditions),
};
