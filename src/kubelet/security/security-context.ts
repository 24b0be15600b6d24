// Translates security contexts of pods and containers for the runtime, and checks runAsNonRoot. Pure.
import { isAbsolute, join } from 'node:path';
import type {
  Image,
  LinuxContainerSecurityContext,
  LinuxSandboxSecurityContext,
  NamespaceOptions,
  SecurityProfile,
} from '../../cri/runtime.ts';
import { ConfigError } from '../env/container-env.ts';
import { containersOf, type Pod, type PodContainer, podLabel, specOf } from '../pod.ts';
import { MASKED_PATHS, READONLY_PATHS } from './constants.ts';

export interface SecurityContextOptions {
  /** Directory of Localhost seccomp profiles. */
  readonly seccompDir: string;
  readonly appArmor: boolean;
  /** Containers without a seccomp profile get the runtime's own. */
  readonly seccompDefault: boolean;
}

export const isPrivileged = ({ spec }: PodContainer): boolean => spec.securityContext?.privileged === true;

export function namespacesOf(pod: Pod, targetId?: string): NamespaceOptions {
  const spec = specOf(pod);
  const pid = spec.hostPID ? 'node' : spec.shareProcessNamespace ? 'pod' : 'container';
  return {
    network: spec.hostNetwork ? 'node' : 'pod',
    ipc: spec.hostIPC ? 'node' : 'pod',
    ...(targetId !== undefined && pid === 'container' ? { pid: 'target', targetId } : { pid }),
  };
}

export function sandboxSecurity(pod: Pod, options: SecurityContextOptions): LinuxSandboxSecurityContext {
  const context = specOf(pod).securityContext ?? {};
  const groups = groupsOf(pod);
  return {
    namespaceOptions: namespacesOf(pod),
    privileged: containersOf(pod).some(isPrivileged),
    seccomp: { profileType: 'RuntimeDefault' },
    ...(context.seLinuxOptions && { selinuxOptions: context.seLinuxOptions }),
    ...(context.runAsUser !== undefined && { runAsUser: context.runAsUser }),
    ...(context.runAsUser !== undefined &&
      context.runAsGroup !== undefined && { runAsGroup: context.runAsGroup }),
    ...(groups.length > 0 && { supplementalGroups: groups }),
    ...(context.supplementalGroupsPolicy && { supplementalGroupsPolicy: context.supplementalGroupsPolicy }),
    ...(options.appArmor && { apparmor: { profileType: 'RuntimeDefault' as const } }),
  };
}

export function containerSecurity(
  pod: Pod,
  container: PodContainer,
  image: Image,
  options: SecurityContextOptions & { readonly targetId?: string },
): LinuxContainerSecurityContext {
  const podContext = specOf(pod).securityContext ?? {};
  const context = container.spec.securityContext ?? {};
  checkNonRoot(pod, container, image);
  const privileged = isPrivileged(container);
  const user = userOf(pod, container, image);
  const group = context.runAsGroup ?? podContext.runAsGroup;
  // CRI refuses a group without a user.
  const hasUser = user.runAsUser !== undefined || user.runAsUsername !== undefined;
  // Privileged containers see all of /proc and /sys.
  const hide = !privileged && context.procMount !== 'Unmasked';
  const selinux = context.seLinuxOptions ?? podContext.seLinuxOptions;
  const groups = groupsOf(pod);
  return {
    privileged,
    namespaceOptions: namespacesOf(pod, options.targetId),
    ...user,
    ...(hasUser && group !== undefined && { runAsGroup: group }),
    ...(groups.length > 0 && { supplementalGroups: groups }),
    ...(podContext.supplementalGroupsPolicy && {
      supplementalGroupsPolicy: podContext.supplementalGroupsPolicy,
    }),
    readonlyRootfs: context.readOnlyRootFilesystem === true,
    noNewPrivs: noNewPrivileges(container),
    ...(context.capabilities && {
      capabilities: {
        addCapabilities: context.capabilities.add ?? [],
        dropCapabilities: context.capabilities.drop ?? [],
      },
    }),
    ...(hide && { maskedPaths: MASKED_PATHS, readonlyPaths: READONLY_PATHS }),
    ...(selinux && { selinuxOptions: selinux }),
    seccomp: seccompOf(pod, container, options),
    ...(options.appArmor && { apparmor: appArmorOf(pod, container) }),
  };
}

/** True for allowPrivilegeEscalation: false. */
const noNewPrivileges = ({ spec }: PodContainer): boolean =>
  spec.securityContext?.allowPrivilegeEscalation === false;

function groupsOf(pod: Pod): number[] {
  const { fsGroup, supplementalGroups = [] } = specOf(pod).securityContext ?? {};
  return [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
}

function userOf(
  pod: Pod,
  { spec }: PodContainer,
  image: Image,
): Pick<LinuxContainerSecurityContext, 'runAsUser' | 'runAsUsername'> {
  const user = spec.securityContext?.runAsUser ?? specOf(pod).securityContext?.runAsUser;
  if (user !== undefined) return { runAsUser: user };
  if (image.uid !== undefined) return { runAsUser: knownUser(image.uid) };
  return image.username ? { runAsUsername: image.username } : {};
}

/** The largest that pods may ask for; the kernel's ids have 32 bits. */
const LARGEST_USER = 2 ** 31 - 1;

/** A runtime that cuts a larger number to 32 bits may start the container as root (CVE-2024-40635). */
function knownUser(uid: number): number {
  if (uid < 0 || uid > LARGEST_USER) throw new ConfigError(`image has user ${uid}, which is out of range`);
  return uid;
}

/** runAsNonRoot is enforced by the kubelet: CRI has no field for it. */
function checkNonRoot(pod: Pod, { spec }: PodContainer, image: Image): void {
  const podContext = specOf(pod).securityContext ?? {};
  const context = spec.securityContext ?? {};
  if (!(context.runAsNonRoot ?? podContext.runAsNonRoot)) return;
  const about = `(pod: "${podLabel(pod)}", container: ${spec.name})`;
  const user = context.runAsUser ?? podContext.runAsUser;
  if (user === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${about}`);
  if (user !== undefined) return;
  if (image.uid === 0 || (image.uid === undefined && !image.username))
    throw new ConfigError(`container has runAsNonRoot and image will run as root ${about}`);
  if (image.uid === undefined)
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${about}`,
    );
}

function seccompOf(
  pod: Pod,
  container: PodContainer,
  { seccompDir, seccompDefault }: SecurityContextOptions,
): SecurityProfile {
  if (isPrivileged(container)) return { profileType: 'Unconfined' };
  const profile =
    container.spec.securityContext?.seccompProfile ?? specOf(pod).securityContext?.seccompProfile;
  if (!profile) return { profileType: seccompDefault ? 'RuntimeDefault' : 'Unconfined' };
  if (profile.type !== 'Localhost') return { profileType: profile.type };
  return { profileType: 'Localhost', localhostRef: join(seccompDir, localProfile(profile.localhostProfile)) };
}

/** The API server has checked it, but pods may be older than that check. */
function localProfile(path = ''): string {
  if (!path) throw new ConfigError('localhostProfile must be set if seccompProfile type is Localhost.');
  if (isAbsolute(path) || path.split('/').includes('..'))
    throw new ConfigError(`localhostProfile ${path} must be a relative path without '..'`);
  return path;
}

/** User namespaces are not set up here: a pod that asks for one must not run without it. */
export function refuseUserNamespace(pod: Pod, handler: string): void {
  if (specOf(pod).hostUsers !== false) return;
  const who = handler ? `RuntimeClass handler ${JSON.stringify(handler)}` : 'runtime';
  throw new Error(`can't set \`spec.hostUsers: false\`, ${who} does not support user namespaces`);
}

function appArmorOf(pod: Pod, container: PodContainer): SecurityProfile {
  if (isPrivileged(container)) return { profileType: 'Unconfined' };
  const profile =
    container.spec.securityContext?.appArmorProfile ?? specOf(pod).securityContext?.appArmorProfile;
  if (!profile) return { profileType: 'RuntimeDefault' };
  return {
    profileType: profile.type,
    ...(profile.localhostProfile && { localhostRef: profile.localhostProfile }),
  };
}
