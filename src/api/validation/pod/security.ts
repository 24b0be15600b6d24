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
  checkItems,
  duplicate,
  errorsOfItems,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../field.ts';
import { validateLocalDescendingPath } from '../paths.ts';
import { validateWindowsOptions } from './windows.ts';

const largestId = 2147483647;

/** Of users and groups. */
export const validateId = (path: string, id: number | undefined): FieldError[] =>
  id !== undefined && (id < 0 || id > largestId) ? [invalid(path, id, betweenComplaint(0, largestId))] : [];

const profiles = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile: file } = profile;
  const at = `${path}.localhostProfile`;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!profiles.includes(type)) errors.push(notSupported(`${path}.type`, type, profiles));
  // A path below the kubelet's directory of profiles.
  if (type === 'Localhost')
    return file === undefined
      ? [required(at, 'must be set when seccomp type is Localhost')]
      : validateLocalDescendingPath(at, file);
  // As upstream shows it, whose internal types have no JSON names.
  const shown = { Type: type ?? '', LocalhostProfile: file };
  if (file !== undefined) errors.push(invalid(at, shown, 'can only be set when seccomp type is Localhost'));
  return errors;
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
  if (!name) return [required(at, 'must be set when AppArmor type is Localhost')];
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
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...validateProcMount(context.procMount, hostUsers, `${path}.procMount`),
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
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
  ];
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
/** As Go writes it. */
const sysctlForm = sysctlName.source.replaceAll('[./]', '[\\./]');

const ofIpc = new Set([
  'kernel.sem',
  ...['', 'all', 'max', 'mni', '_rmid_forced'].map((name) => `kernel.shm${name}`),
  ...['', 'max', 'mnb', 'mni'].map((name) => `kernel.msg${name}`),
]);

/** Sysctls that would change the host if the pod shares the namespace with it. */
function sharedWith(written: string, host: HostNamespaces): string | undefined {
  const [name = ''] = normalSysctl(written).split('*', 1);
  if (host.hostNetwork && name.startsWith('net.')) return 'hostNetwork';
  return host.hostIPC && (ofIpc.has(name) || name.startsWith('fs.mqueue.')) ? 'hostIPC' : undefined;
}

/** With slashes between the parts of the name, dots are within them. */
function normalSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/'));
}

interface HostNamespaces {
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
  readonly hostPID?: boolean;
  readonly shareProcessNamespace?: boolean;
}

function validateSysctls(context: PodSecurityContext, host: HostNamespaces, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  checkItems(errors, context.sysctls, ({ name = '' }, i) => {
    const at = `${path}.sysctls[${i}].name`;
    if (!name) errors.push(required(at));
    else if (name.length > 253 || !sysctlName.test(name))
      errors.push(invalid(at, name, `must have at most 253 characters and match regex ${sysctlForm}`));
    else if (names.has(name)) errors.push(duplicate(at, name));
    names.add(name);
    const shared = sharedWith(name.slice(0, 254), host);
    if (shared) errors.push(invalid(at, name, `may not be specified when '${shared}' is true`));
  });
  return errors;
}

const optional = (value: string | undefined, path: string, supported: readonly string[]): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

export function validatePodSecurityContext(
  given: PodSecurityContext | undefined,
  host: HostNamespaces,
  path: string,
): FieldError[] {
  const context = given ?? {};
  return [
    ...validateId(`${path}.fsGroup`, context.fsGroup),
    ...validateId(`${path}.runAsUser`, context.runAsUser),
    ...validateId(`${path}.runAsGroup`, context.runAsGroup),
    ...errorsOfItems(context.supplementalGroups, (id, i) =>
      validateId(`${path}.supplementalGroups[${i}]`, id),
    ),
    ...sharedProcesses(host, `${path}.shareProcessNamespace`),
    ...validateSysctls(context, host, path),
    ...optional(context.fsGroupChangePolicy, `${path}.fsGroupChangePolicy`, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...optional(context.supplementalGroupsPolicy, `${path}.supplementalGroupsPolicy`, ['Merge', 'Strict']),
    ...optional(context.seLinuxChangePolicy, `${path}.seLinuxChangePolicy`, ['MountOption', 'Recursive']),
  ];
}

const sharedProcesses = (host: HostNamespaces, path: string): FieldError[] =>
  host.shareProcessNamespace && host.hostPID
    ? [invalid(path, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
    : [];
