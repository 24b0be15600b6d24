// The checks of the Pod Security Standards, baseline and restricted, in upstream's order and words. Pure. Called by
// pod-security.ts. Upstream: staging/src/k8s.io/pod-security-admission/policy.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';

/** A message: the reason, then the fields in parentheses. */
export type Violation = string;
type Check = (spec: PodSpec, containers: readonly Container[]) => Violation | undefined;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const list = (what: string, names: readonly string[]): string =>
  `${what}${names.length > 1 ? 's' : ''} ${quoted(names)}`;

/** Names of the containers that fail. */
const failing = (containers: readonly Container[], fails: (container: Container) => boolean): string[] =>
  containers.filter(fails).map(({ name }) => name);

function perContainer(reason: string, must: string, fails: (container: Container) => boolean): Check {
  return (_spec, containers) => {
    const names = failing(containers, fails);
    return names.length > 0 ? `${reason} (${list('container', names)} must ${must})` : undefined;
  };
}

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const hostNamespaces: Check = (spec) => {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  return set.length > 0 ? `host namespaces (${set.map((field) => `${field}=true`).join(', ')})` : undefined;
};

const hostPath: Check = ({ volumes = [] }) => {
  const names = volumes.filter((volume) => volume.hostPath).map(({ name }) => name);
  return names.length > 0 ? `hostPath volumes (${list('volume', names)})` : undefined;
};

const hostPorts: Check = (_spec, containers) => {
  const ports = (container: Container) => (container.ports ?? []).flatMap(({ hostPort }) => hostPort || []);
  const using = containers.filter((container) => ports(container).length > 0);
  if (using.length === 0) return undefined;
  const all = using.flatMap(ports);
  const names = using.map(({ name }) => name);
  return `hostPort (${list('container', names)} use${names.length > 1 ? '' : 's'} hostPort${all.length > 1 ? 's' : ''} ${all.join(', ')})`;
};

function capabilities(reason: string, allowed: ReadonlySet<string>): Check {
  return (_spec, containers) => {
    const extra = ({ securityContext }: Container) =>
      (securityContext?.capabilities?.add ?? []).filter((name) => !allowed.has(name));
    const names = failing(containers, (container) => extra(container).length > 0);
    if (names.length === 0) return undefined;
    const added = [...new Set(containers.flatMap(extra))].sort();
    return `${reason} (${list('container', names)} must not include ${quoted(added)} in securityContext.capabilities.add)`;
  };
}

const unconfined: Check = (spec, containers) => {
  const names = failing(containers, (c) => c.securityContext?.seccompProfile?.type === 'Unconfined');
  const pod = spec.securityContext?.seccompProfile?.type === 'Unconfined';
  if (!pod && names.length === 0) return undefined;
  const subjects = [...(pod ? ['pod'] : []), ...(names.length > 0 ? [list('container', names)] : [])].join(
    ' and ',
  );
  return `seccompProfile (${subjects} must not set securityContext.seccompProfile.type to "Unconfined")`;
};

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

const sysctls: Check = ({ securityContext }) => {
  const names = (securityContext?.sysctls ?? [])
    .map(({ name }) => name)
    .filter((name) => !SAFE_SYSCTLS.has(name));
  return names.length > 0 ? `forbidden sysctls (${names.join(', ')})` : undefined;
};

export const baseline: readonly Check[] = [
  capabilities('non-default capabilities', BASELINE_CAPABILITIES),
  hostNamespaces,
  hostPath,
  hostPorts,
  perContainer(
    'privileged',
    'not set securityContext.privileged=true',
    (c) => c.securityContext?.privileged === true,
  ),
  perContainer(
    'procMount',
    'not set securityContext.procMount to "Unmasked"',
    (c) => c.securityContext?.procMount === 'Unmasked',
  ),
  unconfined,
  sysctls,
];

const ALLOWED_VOLUMES = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const volumeTypes: Check = ({ volumes = [] }) => {
  const typeOf = (volume: Volume) => Object.keys(volume).find((key) => !ALLOWED_VOLUMES.has(key));
  const bad = volumes.filter(typeOf);
  if (bad.length === 0) return undefined;
  const types = [...new Set(bad.map((volume) => typeOf(volume)!))].sort();
  const names = bad.map(({ name }) => name);
  const use = names.length > 1 ? 'use' : 'uses';
  return `restricted volume types (${list('volume', names)} ${use} ${list('restricted volume type', types)})`;
};

/** A field of containers that defaults to the pod's. Both callbacks return undefined if it is not set. */
function inherited(
  reason: string,
  must: string,
  ofPod: (spec: PodSpec) => boolean | undefined,
  ofContainer: (c: Container) => boolean | undefined,
): Check {
  return (spec, containers) => {
    const good = ofPod(spec);
    const wrong = failing(containers, (c) => ofContainer(c) === false);
    if (wrong.length > 0 && good)
      return `${reason} (${list('container', wrong)} must not override this: ${must})`;
    const names = failing(containers, (c) => (ofContainer(c) ?? good ?? false) === false);
    return names.length > 0 ? `${reason} (pod or ${list('container', names)} must ${must})` : undefined;
  };
}

const isConfined = (type: string | undefined): boolean | undefined =>
  type === undefined ? undefined : type === 'RuntimeDefault' || type === 'Localhost';

const rootUser: Check = (spec, containers) => {
  const names = failing(containers, (c) => c.securityContext?.runAsUser === 0);
  const pod = spec.securityContext?.runAsUser === 0;
  if (!pod && names.length === 0) return undefined;
  const subjects = [...(pod ? ['pod'] : []), ...(names.length > 0 ? [list('container', names)] : [])].join(
    ' and ',
  );
  return `runAsUser=0 (${subjects} must not set runAsUser=0)`;
};

export const restricted: readonly Check[] = [
  ...baseline,
  perContainer(
    'allowPrivilegeEscalation != false',
    'set securityContext.allowPrivilegeEscalation=false',
    (c) => c.securityContext?.allowPrivilegeEscalation !== false,
  ),
  perContainer(
    'unrestricted capabilities',
    'set securityContext.capabilities.drop=["ALL"]',
    (c) => !c.securityContext?.capabilities?.drop?.includes('ALL'),
  ),
  capabilities('unrestricted capabilities', new Set(['NET_BIND_SERVICE'])),
  volumeTypes,
  inherited(
    'runAsNonRoot != true',
    'set securityContext.runAsNonRoot=true',
    (spec) => spec.securityContext?.runAsNonRoot,
    (c) => c.securityContext?.runAsNonRoot,
  ),
  rootUser,
  inherited(
    'seccompProfile',
    'set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    (spec) => isConfined(spec.securityContext?.seccompProfile?.type),
    (c) => isConfined(c.securityContext?.seccompProfile?.type),
  ),
];

export function violations(checks: readonly Check[], spec: PodSpec): Violation[] {
  const containers = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  return checks.flatMap((check) => check(spec, containers) ?? []);
}
