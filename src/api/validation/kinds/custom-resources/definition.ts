// Validates CustomResourceDefinitions: names, scope, versions, scale paths, approval. Schemas are checked where custom kinds
// are served.
// Paths and messages follow k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation. Called through rule-book.ts.

import { addAll } from '../../../../kit/lists.ts';
import type { CustomResourceDefinition } from '../../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { isConditionTrue } from '../../../meta/v1/conditions.ts';
import { APPROVAL, approvalOf, isProtectedGroup } from '../../api-approval.ts';
import { type FieldError, invalid, oneOf, required, tooLong } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import {
  conversionErrors,
  placesOf,
  preserveErrors,
  storedVersionErrors,
  versionErrors,
} from './versions.ts';

function nameErrors({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const wanted = `${spec.names?.plural ?? ''}.${spec.group}`;
  return metadata.name === wanted
    ? []
    : [invalid('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group')];
}

function groupErrors({ spec }: CustomResourceDefinition): FieldError[] {
  if (!spec.group) return [required('spec.group')];
  const texts = isDNS1123Subdomain(spec.group);
  if (texts.length > 0) return [invalid('spec.group', spec.group, texts.join(','))];
  return spec.group.includes('.')
    ? []
    : [invalid('spec.group', spec.group, 'should be a domain with at least one dot')];
}

type Names = NonNullable<NonNullable<CustomResourceDefinition['status']>['acceptedNames']>;

const NEEDED = ['plural', 'singular', 'kind', 'listKind'] as const;

function neededNames({ spec }: CustomResourceDefinition): FieldError[] {
  return NEEDED.filter((key) => !spec.names?.[key]).map((key) => required(`spec.names.${key}`));
}

/** Names of the spec, or those that were accepted. */
function namesErrors(names: Partial<Names>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (at: string, value: string | undefined, why = '') => {
    const texts = value ? isDNS1035Label(value) : [];
    if (texts.length > 0) errors.push(invalid(`${path}.${at}`, value, why + texts.join(',')));
  };
  const mixed = (key: 'kind' | 'listKind') => {
    const texts = names[key] ? isDNS1035Label(names[key].toLowerCase()) : [];
    const why = 'may have mixed case, but should otherwise match: ';
    if (texts.length > 0) errors.push(invalid(`${path}.${key}`, names[key], why + texts.join(',')));
  };
  check('plural', names.plural);
  check('singular', names.singular);
  mixed('kind');
  mixed('listKind');
  names.shortNames?.forEach((name, i) => {
    check(`shortNames[${i}]`, name);
  });
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'));
  names.categories?.forEach((name, i) => {
    check(`categories[${i}]`, name);
  });
  return errors;
}

function scaleErrors({ spec }: CustomResourceDefinition): FieldError[] {
  return placesOf(spec.versions ?? [], 'subresources').flatMap(({ version, path: at }) => {
    const scale = version.subresources?.scale;
    if (!scale) return [];
    const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
    const path = `${at}.scale`;
    return [
      ...pathErrors(`${path}.specReplicasPath`, specReplicasPath, ['.spec.'], 'under .spec'),
      ...pathErrors(`${path}.statusReplicasPath`, statusReplicasPath, ['.status.'], 'under .status'),
      ...(labelSelectorPath
        ? pathErrors(
            `${path}.labelSelectorPath`,
            labelSelectorPath,
            ['.spec.', '.status.'],
            'under either .spec or .status',
          )
        : []),
    ];
  });
}

/** Characters of a scale path; upstream has no limit. */
const LONGEST_PATH = 1_024;
/** Names that lead out of an object wherever a path is followed carelessly. No field of a custom kind needs them. */
const PROTOTYPES = new Set(['__proto__', 'constructor', 'prototype']);

function pathErrors(
  field: string,
  path: string | undefined,
  roots: readonly string[],
  where: string,
): FieldError[] {
  if (!path) return [required(field)];
  if (path.length > LONGEST_PATH) return [tooLong(field, LONGEST_PATH)];
  if (!path.startsWith('.')) return [invalid(field, path, 'must be a simple json path starting with .')];
  if (!roots.some((root) => path.startsWith(root)) || path.split('.').some((key) => PROTOTYPES.has(key)))
    return [invalid(field, path, `should be a json path ${where}`)];
  return [];
}

/** An annotation that has not changed its meaning is never an error: definitions from before the rule can be updated. */
function approvalErrors(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  if (!isProtectedGroup(crd.spec.group ?? '')) return [];
  const { state, reason } = approvalOf(crd.metadata.annotations);
  if (old && approvalOf(old.metadata.annotations).state === state) return [];
  const path = `metadata.annotations[${APPROVAL}]`;
  if (state === 'missing') return [required(path, reason)];
  if (state === 'invalid') return [invalid(path, crd.metadata.annotations?.[APPROVAL], reason)];
  return [];
}

function definition(crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  return [
    ...nameErrors(crd),
    ...groupErrors(crd),
    ...oneOf('spec.scope', crd.spec.scope, ['Cluster', 'Namespaced']),
    ...versionErrors(crd),
    ...scaleErrors(crd),
    ...neededNames(crd),
    ...namesErrors(crd.spec.names ?? {}, 'spec.names'),
    ...conversionErrors(crd, old),
  ];
}

/** Every error that does not depend on what is in the schemas. */
const complete = (crd: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] => [
  ...definition(crd, old),
  ...(old ? fixedErrors(crd, old) : []),
  ...namesErrors(crd.status?.acceptedNames ?? {}, 'status.acceptedNames'),
  ...storedVersionErrors(crd),
  ...approvalErrors(crd, old),
  ...preserveErrors(crd, old),
];

function fixedErrors(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  if (isConditionTrue(old, 'Established')) {
    addAll(errors, unchanged('spec.scope', crd.spec.scope, old.spec.scope));
    addAll(errors, unchanged('spec.names.kind', crd.spec.names.kind, old.spec.names.kind));
  }
  addAll(errors, unchanged('spec.group', crd.spec.group, old.spec.group));
  addAll(errors, unchanged('spec.names.plural', crd.spec.names.plural, old.spec.names.plural));
  return errors;
}

export const customResourceDefinitionRules: Rules<CustomResourceDefinition> = {
  create: complete,
  update: complete,
  status: ({ status }) => namesErrors(status?.acceptedNames ?? {}, 'status.acceptedNames'),
};
