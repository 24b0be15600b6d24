// Validates scheduling constraints: affinity, tolerations, topology spread.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.

import { compositeKey } from '../../../kit/composite-key.ts';
import { addAll } from '../../../kit/lists.ts';
import type {
  Affinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../kinds/core/v1/affinity.ts';
import type { NodeSelector, NodeSelectorTerm } from '../../kinds/core/v1/node-affinity.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { validateLabelName, validateLabelSelector } from '../labels.ts';
import { isDNS1123Label, isLabelValue } from '../names.ts';

type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

function validateExpression({ key, operator, values = [] }: Expression, path: string): FieldError[] {
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(
          required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  return [...errors, ...validateLabelName(key, `${path}.key`)];
}

function validateFieldExpression({ key, operator, values = [] }: Expression, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(
      required(
        `${path}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  if (key !== 'metadata.name') errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
  return errors;
}

function validateTerm(term: NodeSelectorTerm, path: string): FieldError[] {
  return [
    ...errorsOfItems(term.matchExpressions, (e, i) =>
      validateExpression(e, `${path}.matchExpressions[${i}]`),
    ),
    ...errorsOfItems(term.matchFields, (e, i) => validateFieldExpression(e, `${path}.matchFields[${i}]`)),
  ];
}

export function validateNodeSelector(selector: NodeSelector, path: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  const at = `${path}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return errorsOfItems(terms, (term, i) => validateTerm(term, `${at}[${i}]`));
}

const validateWeight = (weight: number, path: string): FieldError[] =>
  weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, 'must be in the range 1-100')] : [];

function validatePodTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${path}.labelSelector`);
  addAll(errors, validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`));
  for (const name of term.namespaces ?? [])
    addAll(errors, complaints(`${path}.namespace`, name, isDNS1123Label(name)));
  if (!term.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...validateLabelName(term.topologyKey, `${path}.topologyKey`)];
}

type PodRules = NonNullable<Affinity['podAffinity']>;
const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
const soft = 'preferredDuringSchedulingIgnoredDuringExecution';

function validatePodRules(rules: PodRules | undefined, path: string): FieldError[] {
  return [
    ...errorsOfItems(rules?.[hard], (term, i) => validatePodTerm(term, `${path}.${hard}[${i}]`)),
    ...errorsOfItems(rules?.[soft], ({ weight, podAffinityTerm }, i) => [
      ...validateWeight(weight, `${path}.${soft}[${i}]`),
      ...validatePodTerm(podAffinityTerm, `${path}.${soft}[${i}].podAffinityTerm`),
    ]),
  ];
}

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  if (!affinity) return [];
  const node = affinity.nodeAffinity;
  return [
    ...(node?.[hard] ? validateNodeSelector(node[hard], `${path}.nodeAffinity.${hard}`) : []),
    ...errorsOfItems(node?.[soft], ({ weight, preference }, i) => [
      ...validateWeight(weight, `${path}.nodeAffinity.${soft}[${i}]`),
      ...validateTerm(preference, `${path}.nodeAffinity.${soft}[${i}].preference`),
    ]),
    ...validatePodRules(affinity.podAffinity, `${path}.podAffinity`),
    ...validatePodRules(affinity.podAntiAffinity, `${path}.podAntiAffinity`),
  ];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
): FieldError[] {
  return errorsOfItems(tolerations, (toleration, i) => validateToleration(toleration, `${path}[${i}]`));
}

function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key, operator, value = '', effect, tolerationSeconds } = toleration;
  const errors: FieldError[] = key ? validateLabelName(key, `${path}.key`) : [];
  if (!key && operator !== 'Exists')
    errors.push(
      invalid(
        `${path}.operator`,
        operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(
      invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  if (operator === undefined || operator === 'Equal') {
    const texts = isLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`${path}.operator`, value, texts.join(';')));
  } else if (operator === 'Exists') {
    if (value)
      errors.push(invalid(`${path}.operator`, toleration, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  if (effect && !effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
  return errors;
}

const reactions = ['DoNotSchedule', 'ScheduleAnyway'];

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const pairOf = (one: TopologySpreadConstraint) =>
    compositeKey([one.topologyKey ?? '', one.whenUnsatisfiable ?? '']);
  const last = new Map(constraints?.map((one, i) => [pairOf(one), i]));
  checkItems(errors, constraints, (constraint, i) => {
    const at = `${path}[${i}]`;
    const { maxSkew, minDomains, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    else addAll(errors, validateLabelName(topologyKey, `${at}.topologyKey`));
    if (!reactions.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, reactions));
    if (minDomains !== undefined && minDomains <= 0)
      errors.push(invalid(`${at}.minDomains`, minDomains, 'must be greater than 0'));
    if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule')
      errors.push(
        invalid(
          `${at}.minDomains`,
          minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
        ),
      );
    if (last.get(pairOf(constraint)) !== i)
      errors.push(
        duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    addAll(errors, validateLabelSelector(labelSelector, `${at}.labelSelector`));
  });
  return errors;
}
