// Validates StorageClasses and VolumeAttributesClasses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/storage/validation. Called through rule-book.ts.
import type { TopologySelectorTerm } from '../../../kinds/core/v1/topology.ts';
import type { StorageClass } from '../../../kinds/storage/v1/storage-class.ts';
import type { VolumeAttributesClass } from '../../../kinds/storage/v1/volume-attributes-class.ts';
import {
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../field.ts';
import { validateLabelName } from '../../labels.ts';
import { isQualifiedName } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';

const provisionerErrors = (name: string | undefined, path: string): FieldError[] =>
  name ? complaints(path, name, isQualifiedName(name.toLowerCase())) : [required(path)];

/** Of one class; as upstream, too many are said to be too long. */
const MOST_PARAMETERS = 512;
/** Of all names and values together. */
const MOST_PARAMETER_BYTES = 256 * 1024;

function parameterErrors(parameters: Readonly<Record<string, string>> = {}): FieldError[] {
  const path = 'parameters';
  const entries = Object.entries(parameters);
  if (entries.length > MOST_PARAMETERS) return [tooLong(path, MOST_PARAMETERS)];
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return [
    ...(Object.hasOwn(parameters, '') ? [invalid(path, '', 'field can not be empty.')] : []),
    ...(bytes > MOST_PARAMETER_BYTES ? [tooLong(path, MOST_PARAMETER_BYTES)] : []),
  ];
}

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

function bindingErrors({ volumeBindingMode: mode }: StorageClass): FieldError[] {
  const path = 'volumeBindingMode';
  if (mode === undefined) return [required(path)];
  return bindingModes.includes(mode) ? [] : [notSupported(path, mode, bindingModes)];
}

function termErrors({ matchLabelExpressions }: TopologySelectorTerm, path: string): FieldError[] {
  const keys = new Set<string>();
  return errorsOfItems(matchLabelExpressions, ({ key, values }, i) => {
    const at = `${path}.matchLabelExpressions[${i}]`;
    const again = keys.has(key) ? [duplicate(`${at}.key`, key)] : [];
    keys.add(key);
    return [...valuesErrors(values ?? [], `${at}.values`), ...validateLabelName(key, `${at}.key`), ...again];
  });
}

function valuesErrors(values: readonly string[], path: string): FieldError[] {
  if (values.length === 0) return [required(path)];
  const seen = new Set<string>();
  return errorsOfItems(values, (value, i) =>
    seen.has(value) || !seen.add(value) ? [duplicate(`${path}[${i}]`, value)] : [],
  );
}

/** One text for terms that select the same: keys and values have no order. */
const identity = ({ matchLabelExpressions }: TopologySelectorTerm): string => {
  const byKey = new Map((matchLabelExpressions ?? []).map(({ key, values }) => [key, values ?? []]));
  const entries = [...byKey].map(([key, values]) => [key, [...new Set(values)].sort()] as const);
  return JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** Each term is compared with those before it. As upstream, whose list of those begins with an empty place for each term, one
 *  without expressions is a duplicate of them all. */
function topologyErrors({ allowedTopologies: terms = [] }: StorageClass): FieldError[] {
  const seen = new Map<string, number>();
  return errorsOfItems(terms, (term, i) => {
    const path = `allowedTopologies[${i}]`;
    const id = identity(term);
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    const times = before + (term.matchLabelExpressions?.length ? 0 : terms.length);
    const again = Array.from({ length: times }, () => duplicate(`${path}.matchLabelExpressions`, ''));
    return [...termErrors(term, path), ...again];
  });
}

function storageClass(s: StorageClass): FieldError[] {
  const { reclaimPolicy } = s;
  return [
    ...provisionerErrors(s.provisioner, 'provisioner'),
    ...parameterErrors(s.parameters),
    ...(reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy)
      ? [notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies)]
      : []),
    ...bindingErrors(s),
    ...topologyErrors(s),
  ];
}

export const storageClassRules: Rules<StorageClass> = {
  create: storageClass,
  update: (s, old) => [
    ...unchanged('parameters', s.parameters, old.parameters),
    ...unchanged('provisioner', s.provisioner, old.provisioner),
    ...unchanged('reclaimPolicy', s.reclaimPolicy, old.reclaimPolicy),
    ...unchanged('volumeBindingMode', s.volumeBindingMode, old.volumeBindingMode),
  ],
};

function attributesClass({ driverName, parameters = {} }: VolumeAttributesClass): FieldError[] {
  const errors = [...provisionerErrors(driverName, 'driverName'), ...parameterErrors(parameters)];
  if (Object.keys(parameters).length === 0)
    errors.push(required('parameters', 'must contain at least one key/value pair'));
  return errors;
}

export const volumeAttributesClassRules: Rules<VolumeAttributesClass> = {
  create: attributesClass,
  update: (c, old) => [
    ...(c.driverName === old.driverName
      ? []
      : [forbidden('driverName', 'updates to driverName are forbidden.')]),
    ...(semanticEqual(c.parameters ?? {}, old.parameters ?? {})
      ? []
      : [forbidden('parameters', 'updates to parameters are forbidden.')]),
    ...attributesClass(c),
  ],
};
