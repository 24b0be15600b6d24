// Validates scheduling constraints: affinity and tolerations.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.

import { addAll } from '../../../../kit/lists.ts';
import type { Affinity, PodAffinityTerm, Toleration } from '../../../kinds/core/v1/affinity.ts';
import type { NodeSelector, NodeSelectorTerm } from '../../../kinds/core/v1/node-affinity.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { validateLabelName, validateLabelSelector } from '../../labels.ts';
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue } from '../../names.ts';
import { validateLabelKeys } from './label-keys.ts';

type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

/** Where nodes are preferred, upstream never checked the values; such terms match no node. */
type Values = 'checked' | 'as they are';

function validateExpression(
  { key, operator, values = [] }: Expression,
  path: string,
  kept: Values,
): FieldError[] {
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
  addAll(errors, validateLabelName(key, `${path}.key`));
  if (kept === 'checked')
    checkItems(errors, values, (value, i) => {
      addAll(errors, complaints(`${path}.values[${i}]`, value, isLabelValue(value)));
    });
  return errors;
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
  if (key !== 'metadata.name')
    return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  checkItems(errors, values, (value, i) => {
    addAll(errors, complaints(`${path}.values[${i}]`, value, isDNS1123Subdomain(value)));
  });
  return errors;
}

function validateTerm(term: NodeSelectorTerm | undefined, path: string, values: Values): FieldError[] {
  return [
    ...errorsOfItems(term?.matchExpressions, (e, i) =>
      validateExpression(e, `${path}.matchExpressions[${i}]`, values),
    ),
    ...errorsOfItems(term?.matchFields, (e, i) => validateFieldExpression(e, `${path}.matchFields[${i}]`)),
  ];
}

export function validateNodeSelector(
  selector: NodeSelector,
  path: string,
  values: Values = 'checked',
): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  const at = `${path}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return errorsOfItems(terms, (term, i) => validateTerm(term, `${at}[${i}]`, values));
}

const validateWeight = (weight = 0, path = ''): FieldError[] =>
  weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, 'must be in the range 1-100')] : [];

function validatePodTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${path}.labelSelector`);
  addAll(errors, validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`));
  checkItems(errors, term.namespaces, (name) => {
    addAll(errors, complaints(`${path}.namespace`, name, isDNS1123Label(name)));
  });
  addAll(errors, validateLabelKeys(term, path));
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
      ...validateTerm(preference, `${path}.nodeAffinity.${soft}[${i}].preference`, 'as they are'),
    ]),
    ...validatePodRules(affinity.podAffinity, `${path}.podAffinity`),
    ...validatePodRules(affinity.podAntiAffinity, `${path}.podAntiAffinity`),
  ];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
/** Lt and Gt are alpha (TaintTolerationComparisonOperators), and as upstream named only where they were asked for. */
const operators = ['Equal', 'Exists'];

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
  if (!operator || operator === 'Equal') {
    const texts = isLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`${path}.operator`, value, texts.join(';')));
  } else if (operator === 'Exists') {
    if (value)
      errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    const supported = operator === 'Lt' || operator === 'Gt' ? [...operators, 'Lt', 'Gt'] : operators;
    errors.push(notSupported(`${path}.operator`, operator, supported));
  }
  if (effect && !effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
  return errors;
}
