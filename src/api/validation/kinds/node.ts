// Validates Nodes: taints, amounts of resources, declared features and the ranges of their pods.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import { prefixOf } from '../../addresses/prefix.ts';
import type { Node, Taint } from '../../kinds/core/v1/node.ts';
import { legacyCidrComplaints } from '../addresses.ts';
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
import { validateLabelName } from '../labels.ts';
import { isLabelValue } from '../names.ts';
import type { Rules } from '../rules.ts';
import { amountErrors } from './amounts/amounts.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Of a node, or of the nodes that a configuration describes. */
export function taintErrors(taints: readonly Taint[] | undefined, list: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, taints, ({ key, value = '', effect }, i) => {
    const path = `${list}[${i}]`;
    addAll(errors, validateLabelName(key, `${path}.key`));
    const texts = isLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`${path}.value`, value, texts.join(';')));
    if (!effect) errors.push(required(`${path}.effect`));
    else if (!effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
    const id = `${key}/${effect}`;
    if (seen.has(id))
      errors.push({
        type: 'FieldValueDuplicate',
        field: path,
        message: `${duplicate(path, { key, value, effect }).message}: taints must be unique by key and effect pair`,
      });
    seen.add(id);
  });
  return errors;
}

/** As upstream, the path of taints is in metadata. */
const taints = ({ spec }: Node): FieldError[] => taintErrors(spec?.taints, 'metadata.taints');

function resourceErrors({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((part) =>
    errorsOfItems(Object.entries(status?.[part] ?? {}), ([name, amount]) =>
      amountErrors(name, amount, `status.${part}.${name}`),
    ),
  );
}

/** Bytes. */
const LONGEST_FEATURE = 253;
const featureRe = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;

function featureComplaints(name: string): string[] {
  const about = `invalid feature name ${JSON.stringify(name)}: must`;
  if (name.length > LONGEST_FEATURE) return [`${about} be no more than ${LONGEST_FEATURE} characters`];
  return featureRe.test(name)
    ? []
    : [
        `${about} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
      ];
}

function featureErrors({ status }: Node): FieldError[] {
  const features = status?.declaredFeatures ?? [];
  return errorsOfItems(features, (name, i) => {
    const errors = complaints(`status.declaredFeatures[${i}]`, name, featureComplaints(name));
    const next = features[i + 1];
    const at = `status.declaredFeatures[${i + 1}]`;
    if (next === name) errors.push(duplicate(at, next));
    else if (next !== undefined && next < name)
      errors.push(invalid(at, next, 'list must be sorted alphabetically'));
    return errors;
  });
}

const RANGES = 'spec.podCIDRs';

function rangeErrors({ spec }: Node): FieldError[] {
  const ranges = spec?.podCIDRs ?? [];
  const errors = errorsOfItems(ranges, (cidr, i) =>
    complaints(`${RANGES}[${i}]`, cidr, legacyCidrComplaints(cidr)),
  );
  if (ranges.length < 2) return errors;
  const families = new Set(ranges.slice(0, 2).map((cidr) => prefixOf(cidr)?.family));
  if (ranges.length > 2 || families.size < 2)
    errors.push(invalid(RANGES, ranges, 'may specify no more than one CIDR for each IP family'));
  return errors;
}

/** As upstream, the path is in metadata. */
function swapErrors({ status }: Node): FieldError[] {
  const capacity = status?.nodeInfo?.swap?.capacity;
  return capacity !== undefined && capacity <= 0
    ? [invalid('metadata.nodeSwapStatus.capacity', capacity, 'must be greater than zero')]
    : [];
}

const node = (n: Node): FieldError[] => [
  ...taints(n),
  ...resourceErrors(n),
  ...swapErrors(n),
  ...featureErrors(n),
  ...rangeErrors(n),
];

function addressErrors({ status }: Node): FieldError[] {
  const seen = new Set<string>();
  return errorsOfItems(status?.addresses, ({ type, address }, i) => {
    const id = `${type}/${address}`;
    if (seen.has(id)) return [duplicate(`status.addresses[${i}]`, { Type: type, Address: address })];
    seen.add(id);
    return [];
  });
}

/** The ranges are set once, by the controller that assigns them. */
function assignedErrors(n: Node, old: Node): FieldError[] {
  const [after, before] = [n.spec?.podCIDRs ?? [], old.spec?.podCIDRs ?? []];
  const changed = forbidden(RANGES, 'node updates may not change podCIDR except from "" to valid');
  if (before.length > 0 && before.length !== after.length) return [changed];
  return before.flatMap((cidr, i) => (cidr === after[i] ? [] : [changed]));
}

function changeErrors(n: Node, old: Node): FieldError[] {
  const errors = [...addressErrors(n), ...assignedErrors(n, old)];
  if (old.spec?.providerID && n.spec?.providerID !== old.spec.providerID)
    errors.push(
      forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  if ((n.spec?.externalID ?? '') !== (old.spec?.externalID ?? ''))
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  return errors;
}

export const nodeRules: Rules<Node> = {
  create: node,
  update: (n, old) => [...node(n), ...changeErrors(n, old)],
  status: (n, old) => [...resourceErrors(n), ...featureErrors(n), ...changeErrors(n, old), ...taints(n)],
};
