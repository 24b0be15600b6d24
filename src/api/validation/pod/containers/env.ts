// Validates environment variables and the sources of their values.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { EnvFromSource, EnvVar, EnvVarSource } from '../../../kinds/core/v1/env.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type {
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../../kinds/core/v1/references.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../field.ts';
import {
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isEnvVarName,
  isQualifiedName,
} from '../../names.ts';
import { subdomainName } from '../../object-meta.ts';
import { validatePathNoBacksteps } from '../../paths.ts';
import { errorsOfContainers } from './all-containers.ts';

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
  const unreadable = (why: string) => [
    invalid(`${path}.fieldPath`, ref.fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (ref.apiVersion !== 'v1') return unreadable(`unsupported pod version: ${ref.apiVersion}`);
  const bracket = ref.fieldPath.endsWith("']") ? ref.fieldPath.indexOf("['") : -1;
  if (bracket > 0) {
    const key = ref.fieldPath.slice(bracket + 2, -2);
    const nameOfKey = subscripted[ref.fieldPath.slice(0, bracket)]?.(key);
    if (nameOfKey === undefined)
      return unreadable(`field label does not support subscript: ${ref.fieldPath}`);
    return complaints(path, nameOfKey, isQualifiedName(nameOfKey));
  }
  // The name that the oldest clients use.
  const fieldPath = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath;
  if (!known.has(fieldPath)) return unreadable(`field label not supported: ${fieldPath}`);
  if (supported.includes(fieldPath)) return [];
  return [notSupported(`${path}.fieldPath`, fieldPath, [...supported].sort())];
}

/** Maps of which one key can be chosen, and the key as a name. */
const subscripted: Readonly<Partial<Record<string, (key: string) => string>>> = {
  'metadata.annotations': (key) => key.toLowerCase(),
  'metadata.labels': (key) => key,
};

export function validateResourceFieldRef(
  ref: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): FieldError[] {
  return [...resourceErrors(ref, path, inVolume), ...divisorErrors(ref, path)];
}

const hugePages = /^(?:limits|requests)\.hugepages-/;

function resourceErrors(ref: ResourceFieldSelector, path: string, inVolume: boolean): FieldError[] {
  if (inVolume && !ref.containerName) return [required(`${path}.containerName`)];
  if (!ref.resource) return [required(`${path}.resource`)];
  return resources.includes(ref.resource) || hugePages.test(ref.resource)
    ? []
    : [notSupported(`${path}.resource`, ref.resource, resources)];
}

const divisorNames: Readonly<Record<string, string>> = { 'ephemeral-storage': 'local ephemeral storage' };
const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisorErrors({ resource = '', divisor }: ResourceFieldSelector, path: string): FieldError[] {
  if (divisor === undefined || divisor === '0') return [];
  const isPages = hugePages.test(resource);
  if (!isPages && !resources.includes(resource)) return [];
  const name = resource.slice(resource.indexOf('.') + 1);
  const called = isPages ? 'hugepages' : (divisorNames[name] ?? name);
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
  if (from.fileKeyRef) addAll(errors, validateFileKeyRef(from.fileKeyRef, `${path}.fileKeyRef`));
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

function validateFileKeyRef({ key, volumeName, path: file }: FileKeySelector, path: string): FieldError[] {
  return [
    ...(key ? complaints(`${path}.key`, key, isEnvVarName(key)) : [required(`${path}.key`)]),
    ...(volumeName
      ? complaints(`${path}.volumeName`, volumeName, isDNS1123Label(volumeName))
      : [required(`${path}.volumeName`)]),
    ...(file ? validatePathNoBacksteps(`${path}.path`, file) : [required(`${path}.path`)]),
  ];
}

/** Files with variables are in emptyDir volumes, where an init container has written them. */
export function validateFileKeyVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  return errorsOfContainers(spec, path, ({ env }, at) =>
    errorsOfItems(env, ({ valueFrom }, i) => {
      const name = valueFrom?.fileKeyRef ? (valueFrom.fileKeyRef.volumeName ?? '') : undefined;
      if (name === undefined) return [];
      const field = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(name);
      if (!volume) return [notFound(field, name)];
      return volume.emptyDir ? [] : [invalid(field, name, 'referenced volume must be of type emptyDir')];
    }),
  );
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
    if (configMapRef) addAll(errors, sourceName(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) addAll(errors, sourceName(secretRef.name, `${at}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  });
  return errors;
}

/** As upstream, a dash at the end is allowed, as for a prefix of a name. */
const sourceName = (name: string | undefined, path: string): FieldError[] =>
  name ? complaints(path, name, subdomainName(name, true)) : [required(path)];
