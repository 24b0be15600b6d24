// Validates environment variables and the sources of their values.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../kit/lists.ts';
import type { EnvFromSource, EnvVar, EnvVarSource } from '../../kinds/core/v1/env.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../kinds/core/v1/references.ts';
import { checkItems, complaints, type FieldError, invalid, notSupported, required } from '../field.ts';
import { isConfigMapKey, isDNS1123Subdomain, isEnvVarName, isQualifiedName } from '../names.ts';

export const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const known = new Set([
  ...envFieldPaths,
  ...volumeFieldPaths,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.hostNetwork',
  'status.nominatedNodeName',
]);
const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateFieldRef(
  ref: ObjectFieldSelector,
  path: string,
  supported: readonly string[],
): FieldError[] {
  if (!ref.apiVersion) return [required(`${path}.apiVersion`)];
  if (!ref.fieldPath) return [required(`${path}.fieldPath`)];
  const bracket = ref.fieldPath.endsWith("']") ? ref.fieldPath.indexOf("['") : -1;
  if (bracket > 0)
    return validateSubscript(ref.fieldPath.slice(0, bracket), ref.fieldPath.slice(bracket + 2, -2), path);
  if (!known.has(ref.fieldPath))
    return [
      invalid(
        `${path}.fieldPath`,
        ref.fieldPath,
        `error converting fieldPath: field label not supported: ${ref.fieldPath}`,
      ),
    ];
  if (supported.includes(ref.fieldPath)) return [];
  return [notSupported(`${path}.fieldPath`, ref.fieldPath, [...supported].sort())];
}

function validateSubscript(field: string, key: string, path: string): FieldError[] {
  if (field === 'metadata.annotations') return complaints(path, key, isQualifiedName(key.toLowerCase()));
  if (field === 'metadata.labels') return complaints(path, key, isQualifiedName(key));
  return [invalid(path, field, 'does not support subscript')];
}

export function validateResourceFieldRef(
  ref: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): FieldError[] {
  if (inVolume && !ref.containerName) return [required(`${path}.containerName`)];
  if (!ref.resource) return [required(`${path}.resource`)];
  if (!resources.includes(ref.resource) && !/^(limits|requests)\.hugepages-/.test(ref.resource))
    return [notSupported(`${path}.resource`, ref.resource, resources)];
  return validateDivisor(ref, path);
}

const divisorNames: Readonly<Record<string, string>> = { 'ephemeral-storage': 'local ephemeral storage' };
const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor({ resource, divisor }: ResourceFieldSelector, path: string): FieldError[] {
  if (divisor === undefined || divisor === '0') return [];
  const [, name = ''] = resource.split('.');
  const called = name.startsWith('hugepages-') ? 'hugepages' : (divisorNames[name] ?? name);
  const refuse = (supported: string) => [
    invalid(
      `${path}.divisor`,
      resource,
      `only divisor's values ${supported} are supported with the ${called} resource`,
    ),
  ];
  if (name === 'cpu') return ['1', '1m'].includes(divisor) ? [] : refuse('1m and 1');
  return sizes.includes(divisor) ? [] : refuse(sizes.join(', '));
}

const oneSource = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

function validateValueFrom(from: EnvVarSource, value: string | undefined, path: string): FieldError[] {
  const used = oneSource.filter((source) => from[source] !== undefined);
  const errors: FieldError[] = [];
  if (from.fieldRef) addAll(errors, validateFieldRef(from.fieldRef, `${path}.fieldRef`, envFieldPaths));
  if (from.resourceFieldRef)
    addAll(errors, validateResourceFieldRef(from.resourceFieldRef, `${path}.resourceFieldRef`, false));
  for (const source of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const ref = from[source];
    if (ref) addAll(errors, validateKeyRef(ref, `${path}.${source}`));
  }
  if (used.length === 0)
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (used.length > 1)
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

function validateKeyRef(ref: { name?: string; key: string }, path: string): FieldError[] {
  const errors = complaints(`${path}.name`, ref.name ?? '', isDNS1123Subdomain(ref.name));
  if (!ref.key) return [...errors, required(`${path}.key`)];
  return [...errors, ...complaints(`${path}.key`, ref.key, isConfigMapKey(ref.key))];
}

export function validateEnv(env: readonly EnvVar[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, env, ({ name, value, valueFrom }, i) => {
    const at = `${path}[${i}]`;
    if (!name) errors.push(required(`${at}.name`));
    else addAll(errors, complaints(`${at}.name`, name, isEnvVarName(name)));
    if (valueFrom) addAll(errors, validateValueFrom(valueFrom, value, `${at}.valueFrom`));
  });
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, sources, ({ prefix, configMapRef, secretRef }, i) => {
    const at = `${path}[${i}]`;
    if (prefix) addAll(errors, complaints(`${at}.prefix`, prefix, isEnvVarName(prefix)));
    if (configMapRef && !configMapRef.name) errors.push(required(`${at}.configMapRef.name`));
    if (secretRef && !secretRef.name) errors.push(required(`${at}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  });
  return errors;
}
