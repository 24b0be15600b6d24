// Validates CustomResourceDefinitions: names, scope, versions. Schemas are checked where custom kinds are served.
// Paths and messages follow k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation. Called through rule-book.ts.

import type { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { isConditionTrue } from '../../meta/v1/conditions.ts';
import { complaints, type FieldError, invalid, notSupported, required } from '../field.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../names.ts';
import { unchanged } from '../object-meta.ts';
import type { Rules } from '../rules.ts';

function nameErrors({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const wanted = `${spec.names?.plural ?? ''}.${spec.group}`;
  return metadata.name === wanted
    ? []
    : [invalid('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group')];
}

function groupErrors({ spec }: CustomResourceDefinition): FieldError[] {
  if (!spec.group) return [required('spec.group')];
  const texts = complaints('spec.group', spec.group, isDNS1123Subdomain(spec.group));
  if (texts.length > 0) return texts;
  return spec.group.includes('.')
    ? []
    : [invalid('spec.group', spec.group, 'should be a domain with at least one dot')];
}

function namesErrors({ spec }: CustomResourceDefinition): FieldError[] {
  const names = spec.names ?? {};
  const errors: FieldError[] = [];
  const check = (path: string, value: string | undefined, needed: boolean) => {
    if (!value) {
      if (needed) errors.push(required(path));
    } else errors.push(...complaints(path, value, isDNS1035Label(value.toLowerCase())));
  };
  check('spec.names.plural', names.plural, true);
  check('spec.names.singular', names.singular, false);
  check('spec.names.kind', names.kind, true);
  check('spec.names.listKind', names.listKind, false);
  names.shortNames?.forEach((name, i) => {
    check(`spec.names.shortNames[${i}]`, name, true);
  });
  names.categories?.forEach((name, i) => {
    check(`spec.names.categories[${i}]`, name, true);
  });
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

function versionErrors({ spec }: CustomResourceDefinition): FieldError[] {
  const versions = spec.versions ?? [];
  const errors: FieldError[] = [];
  if (versions.length === 0) errors.push(required('spec.versions'));
  const seen = new Set<string>();
  versions.forEach((version, i) => {
    const path = `spec.versions[${i}]`;
    errors.push(...complaints(`${path}.name`, version.name, isDNS1035Label(version.name)));
    if (seen.has(version.name))
      errors.push(
        invalid(
          'spec.versions',
          versions.map(({ name }) => name),
          'must contain unique version names',
        ),
      );
    seen.add(version.name);
    if (!version.schema?.openAPIV3Schema)
      errors.push(required(`${path}.schema.openAPIV3Schema`, 'schemas are required'));
  });
  const stored = versions.filter(({ storage }) => storage);
  if (versions.length > 0 && stored.length !== 1)
    errors.push(
      invalid('spec.versions', versions, 'must have exactly one version marked as storage version'),
    );
  if (versions.length > 0 && !versions.some(({ served }) => served))
    errors.push(invalid('spec.versions', versions, 'must have at least one served version'));
  return errors;
}

function definition(crd: CustomResourceDefinition): FieldError[] {
  const { scope } = crd.spec;
  const scopeErrors = !scope
    ? [required('spec.scope')]
    : scope === 'Cluster' || scope === 'Namespaced'
      ? []
      : [notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])];
  return [
    ...nameErrors(crd),
    ...groupErrors(crd),
    ...scopeErrors,
    ...versionErrors(crd),
    ...namesErrors(crd),
  ];
}

function definitionUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors = definition(crd);
  const established = isConditionTrue(old, 'Established');
  errors.push(...unchanged('spec.group', crd.spec.group, old.spec.group));
  errors.push(...unchanged('spec.names.plural', crd.spec.names.plural, old.spec.names.plural));
  if (established) {
    errors.push(...unchanged('spec.scope', crd.spec.scope, old.spec.scope));
    errors.push(...unchanged('spec.names.kind', crd.spec.names.kind, old.spec.names.kind));
  }
  return errors;
}

export const customResourceDefinitionRules: Rules<CustomResourceDefinition> = {
  create: definition,
  update: definitionUpdate,
};
