// Validates security contexts of pods and containers.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import type {
  AppArmorProfile,
  PodSecurityContext,
  SeccompProfile,
  SecurityContext,
} from '../../kinds/core/v1/security-context.ts';
import {
  betweenComplaint,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../field.ts';

const largestId = 2147483647;

const validateId = (path: string, id: number | undefined): FieldError[] =>
  id !== undefined && (id < 0 || id > largestId) ? [invalid(path, id, betweenComplaint(0, largestId))] : [];

const profiles = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  if (!profile.type) return [required(`${path}.type`, 'type is required when seccompProfile is set')];
  if (!profiles.includes(profile.type)) return [notSupported(`${path}.type`, profile.type, profiles)];
  const at = `${path}.localhostProfile`;
  if (profile.type === 'Localhost') return validateProfilePath(profile.localhostProfile, at);
  return profile.localhostProfile === undefined
    ? []
    : [invalid(at, profile.localhostProfile, 'can only be set when seccomp type is Localhost')];
}

/** A path below the kubelet's directory of profiles. */
function validateProfilePath(profile: string | undefined, path: string): FieldError[] {
  if (!profile) return [required(path, 'must be set when seccomp type is Localhost')];
  return [
    ...(profile.startsWith('/') ? [invalid(path, profile, 'must be a relative path')] : []),
    ...(profile.split('/').includes('..') ? [invalid(path, profile, "must not contain '..'")] : []),
  ];
}

/** Bytes: PATH_MAX without the ending zero. */
const longestProfile = 4095;

function validateAppArmor(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile: name } = profile;
  const at = `${path}.localhostProfile`;
  if (!type) return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  if (!profiles.includes(type)) return [notSupported(`${path}.type`, type, profiles)];
  if (type !== 'Localhost')
    return name === undefined ? [] : [invalid(at, name, 'can only be set when AppArmor type is Localhost')];
  if (!name?.trim()) return [required(at, 'must be set when AppArmor type is Localhost')];
  return [
    ...(name.trim() === name ? [] : [invalid(at, name, 'must not be padded with whitespace')]),
    ...(Buffer.byteLength(name) > longestProfile ? [tooLong(at, longestProfile)] : []),
  ];
}

/** `/proc` without masked paths is safe only in a user namespace. */
function validateProcMount(procMount: string | undefined, hostUsers: boolean, path: string): FieldError[] {
  if (procMount === undefined) return [];
  if (!['Default', 'Unmasked'].includes(procMount))
    return [notSupported(path, procMount, ['Default', 'Unmasked'])];
  return hostUsers && procMount === 'Unmasked'
    ? [invalid(path, procMount, '`hostUsers` must be false to use `Unmasked`')]
    : [];
}

export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (!context) return [];
  const errors = [
    ...validateProcMount(context.procMount, hostUsers, `${path}.procMount`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`),
  ];
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      errors.push(
        invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
      );
    if (context.capabilities?.add?.some((name) => name === 'CAP_SYS_ADMIN'))
      errors.push(
        invalid(
          path,
          context,
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      );
  }
  return errors;
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const sysctlForm = sysctlName.source.slice(1, -1);

/** Sysctls that would change the host if the pod shares the namespace with it. */
function sharedWith(name: string, host: HostNamespaces): string | undefined {
  if (host.hostNetwork && name.startsWith('net.')) return 'hostNetwork';
  return host.hostIPC && /^(fs\.mqueue\.|kernel\.(shm|msg|sem))/.test(name) ? 'hostIPC' : undefined;
}

interface HostNamespaces {
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
}

function validateSysctls(context: PodSecurityContext, host: HostNamespaces, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  context.sysctls?.forEach(({ name }, i) => {
    const at = `${path}.sysctls[${i}].name`;
    if (!name) errors.push(required(at));
    else if (name.length > 253 || !sysctlName.test(name))
      errors.push(invalid(at, name, `must have at most 253 characters and match regex ${sysctlForm}`));
    else if (names.has(name)) errors.push(duplicate(at, name));
    names.add(name);
    const shared = sharedWith(name ?? '', host);
    if (shared) errors.push(invalid(at, name, `may not be specified when '${shared}' is true`));
  });
  return errors;
}

export function validatePodSecurityContext(
  context: PodSecurityContext | undefined,
  host: HostNamespaces,
  path: string,
): FieldError[] {
  if (!context) return [];
  const errors = [
    ...validateId(`${path}.fsGroup`, context.fsGroup),
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id, i) =>
      validateId(`${path}.supplementalGroups[${i}]`, id),
    ),
    ...validateSysctls(context, host, path),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`),
  ];
  const policy = context.fsGroupChangePolicy;
  if (policy && policy !== 'Always' && policy !== 'OnRootMismatch')
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, policy, ['Always', 'OnRootMismatch']));
  return errors;
}
