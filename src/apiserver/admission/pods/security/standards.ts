// The Pod Security Standards by level and version: which checks apply, in the order of their names, baseline first. A
// restricted check replaces the baseline check of the same matter. Pure. Called by evaluate() of pod-security.ts.
// Upstream: staging/src/k8s.io/pod-security-admission/policy/registry.go.
import {
  appArmorProfile,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  probeHosts,
  procMount,
  procMountOfUser,
  seccompAnnotations,
  seccompProfile,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
} from './baseline.ts';
import { type Check, type CheckedPod, containersOf, type Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import {
  droppedCapabilities,
  exceptWindows,
  exceptWithUserNamespace,
  nonRoot,
  privilegeEscalation,
  requiredSeccomp,
  rootUser,
  volumeTypes,
} from './restricted.ts';

/** The forms of one check, each from a minor version of v1 on, until the next. */
type Versions = readonly (readonly [from: number, check: Check])[];

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const BASELINE: Readonly<Record<string, Versions>> = {
  appArmorProfile: [[0, appArmorProfile]],
  capabilities_baseline: [[0, capabilities]],
  hostNamespaces: [[0, hostNamespaces]],
  hostPathVolumes: [[0, hostPathVolumes]],
  hostPorts: [[0, hostPorts]],
  hostProbesAndHostLifecycle: [[34, probeHosts]],
  privileged: [[0, privileged]],
  procMount: [
    [0, procMount],
    [35, procMountOfUser],
  ],
  seLinuxOptions: [
    [0, seLinuxOptions(new Set(SELINUX_TYPES))],
    [31, seLinuxOptions(new Set([...SELINUX_TYPES, 'container_engine_t']))],
  ],
  seccompProfile_baseline: [
    [0, seccompAnnotations],
    [19, seccompProfile],
  ],
  sysctls: [
    [0, sysctls(new Set(SYSCTLS))],
    [27, sysctls(new Set(SYSCTLS_27))],
    [29, sysctls(new Set(SYSCTLS_29))],
    [32, sysctls(new Set(SYSCTLS_32))],
  ],
  windowsHostProcess: [[0, windowsHostProcess]],
};

interface Restricted {
  readonly versions: Versions;
  /** The baseline check that it replaces. */
  readonly replaces?: string;
}

const RESTRICTED: Readonly<Record<string, Restricted>> = {
  allowPrivilegeEscalation: {
    versions: [
      [8, privilegeEscalation],
      [25, exceptWindows(privilegeEscalation)],
    ],
  },
  capabilities_restricted: {
    versions: [
      [22, droppedCapabilities],
      [25, exceptWindows(droppedCapabilities)],
    ],
    replaces: 'capabilities_baseline',
  },
  procMount_restricted: { versions: [[35, procMount]], replaces: 'procMount' },
  restrictedVolumes: { versions: [[0, volumeTypes]], replaces: 'hostPathVolumes' },
  runAsNonRoot: {
    versions: [
      [0, nonRoot],
      [35, exceptWithUserNamespace(nonRoot)],
    ],
  },
  runAsUser: {
    versions: [
      [23, rootUser],
      [35, exceptWithUserNamespace(rootUser)],
    ],
  },
  seccompProfile_restricted: {
    versions: [
      [19, requiredSeccomp],
      [25, exceptWindows(requiredSeccomp)],
    ],
    replaces: 'seccompProfile_baseline',
  },
};

const at = (versions: Versions, minor: number): Check | undefined =>
  versions.findLast(([from]) => from <= minor)?.[1];

function checksOf({ level, version }: LevelVersion): Check[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : version;
  const restricted = level === 'restricted' ? Object.values(RESTRICTED) : [];
  const active = restricted.flatMap(({ versions, replaces }) => {
    const check = at(versions, minor);
    return check ? [{ check, replaces }] : [];
  });
  const replaced = new Set(active.map(({ replaces }) => replaces));
  const baseline = Object.entries(BASELINE).flatMap(([id, versions]) =>
    replaced.has(id) ? [] : (at(versions, minor) ?? []),
  );
  return [...baseline, ...active.map(({ check }) => check)];
}

export function violations(standard: LevelVersion, pod: CheckedPod): Violation[] {
  const containers = containersOf(pod.spec);
  return checksOf(standard).flatMap((check) => check(pod, containers) ?? []);
}
