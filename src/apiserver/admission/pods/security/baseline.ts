// The checks of the level baseline: no known way out of a container. Pure. Called by standards.ts, which says from which
// version on each applies. Upstream: check_*.go in staging/src/k8s.io/pod-security-admission/policy.
import type { Container } from '../../../../api/kinds/core/v1/container.ts';
import {
  type Check,
  counted,
  failing,
  hasUserNamespace,
  plural,
  quoted,
  setters,
  sortedSet,
} from './check.ts';

const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const isAppArmorType = (type: string): boolean => type === 'RuntimeDefault' || type === 'Localhost';
const isAppArmorText = (text: string): boolean =>
  text === '' || text === 'runtime/default' || text.startsWith('localhost/');

export const appArmorProfile: Check = ({ spec, annotations }, containers) => {
  const bad = (profile: { type?: string } | undefined) =>
    profile && !isAppArmorType(profile.type ?? '') ? [profile.type ?? ''] : [];
  const ofPod = bad(spec.securityContext?.appArmorProfile);
  const ofContainer = ({ securityContext }: Container) => bad(securityContext?.appArmorProfile);
  const names = failing(containers, (container) => ofContainer(container).length > 0);
  const texts = Object.entries(annotations)
    .filter(([key, text]) => key.startsWith(APPARMOR_PREFIX) && !isAppArmorText(text))
    .map(([key, text]) => `${key}=${JSON.stringify(text)}`)
    .sort();
  const who = [setters(ofPod.length > 0, names), texts.length > 0 && plural('annotation', texts.length)];
  const values = [...sortedSet([...ofPod, ...containers.flatMap(ofContainer)]), ...texts];
  if (values.length === 0) return undefined;
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${who.filter(Boolean).join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const CAPABILITIES = new Set([
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

export const capabilities: Check = (_, containers) => {
  const extra = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name));
  const names = failing(containers, (container) => extra(container).length > 0);
  if (names.length === 0) return undefined;
  const added = quoted(sortedSet(containers.flatMap(extra)));
  return {
    reason: 'non-default capabilities',
    detail: `${counted('container', names)} must not include ${added} in securityContext.capabilities.add`,
  };
};

export const hostNamespaces: Check = ({ spec }) => {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  if (set.length === 0) return undefined;
  return { reason: 'host namespaces', detail: set.map((field) => `${field}=true`).join(', ') };
};

export const hostPathVolumes: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length > 0 ? { reason: 'hostPath volumes', detail: counted('volume', names) } : undefined;
};

export const hostPorts: Check = (_, containers) => {
  const used = ({ ports }: Container) =>
    (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [`${hostPort}`] : []));
  const names = failing(containers, (container) => used(container).length > 0);
  if (names.length === 0) return undefined;
  const ports = sortedSet(containers.flatMap(used));
  const use = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'hostPort',
    detail: `${counted('container', names)} ${use} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  };
};

type Handler = {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
};

/** With a host, the kubelet could be made to send requests to any address that it reaches. */
export const probeHosts: Check = (_, containers) => {
  const hosts = (container: Container): string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const all = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return (all as (Handler | undefined)[])
      .flatMap((one) => [one?.httpGet?.host, one?.tcpSocket?.host])
      .filter((host): host is string => Boolean(host));
  };
  const names = sortedSet(failing(containers, (container) => hosts(container).length > 0));
  if (names.length === 0) return undefined;
  const found = sortedSet(containers.flatMap(hosts));
  const use = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'probe or lifecycle host',
    detail: `${counted('container', names)} ${use} ${counted('probe or lifecycle host', found)}`,
  };
};

export const privileged: Check = (_, containers) => {
  const names = failing(containers, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${counted('container', names)} must not set securityContext.privileged=true`,
  };
};

export const procMount: Check = (_, containers) => {
  const other = ({ securityContext }: Container) => {
    const mount = securityContext?.procMount;
    return mount !== undefined && mount !== 'Default' ? [mount as string] : [];
  };
  const names = failing(containers, (container) => other(container).length > 0);
  if (names.length === 0) return undefined;
  const types = quoted(sortedSet(containers.flatMap(other)));
  return {
    reason: 'procMount',
    detail: `${counted('container', names)} must not set securityContext.procMount to ${types}`,
  };
};

export const procMountOfUser: Check = (pod, containers) =>
  hasUserNamespace(pod) ? undefined : procMount(pod, containers);

type SeLinux = { readonly type?: string; readonly user?: string; readonly role?: string };

export const seLinuxOptions =
  (types: ReadonlySet<string>): Check =>
  ({ spec }, containers) => {
    const isBad = (options: SeLinux | undefined) =>
      options !== undefined && Boolean(!types.has(options.type ?? '') || options.user || options.role);
    const ofPod = spec.securityContext?.seLinuxOptions;
    const names = failing(containers, (c) => isBad(c.securityContext?.seLinuxOptions));
    const who = setters(isBad(ofPod), names);
    if (!who) return undefined;
    const all = [ofPod, ...containers.map((c) => c.securityContext?.seLinuxOptions)].filter(
      isBad,
    ) as SeLinux[];
    const bad = sortedSet(all.map(({ type }) => type ?? '').filter((type) => !types.has(type)));
    const what = [
      bad.length > 0 && counted('type', bad),
      all.some(({ user }) => user) && 'user may not be set',
      all.some(({ role }) => role) && 'role may not be set',
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.filter(Boolean).join('; ')}`,
    };
  };

const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before v1.19, profiles were set by annotations. */
export const seccompAnnotations: Check = ({ annotations }, containers) => {
  const keys = [SECCOMP, ...containers.map(({ name }) => SECCOMP_PREFIX + name)];
  const isGood = (text: string) =>
    text === 'runtime/default' || text === 'docker/default' || text.startsWith('localhost/');
  const bad = sortedSet(
    keys.flatMap((key) => {
      const text = annotations[key];
      return text === undefined || isGood(text) ? [] : [`${key}=${JSON.stringify(text)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}`,
  };
};

export const isConfined = (type: string | undefined): boolean =>
  type === 'RuntimeDefault' || type === 'Localhost';

export const seccompProfile: Check = ({ spec }, containers) => {
  const bad = (profile: { type?: string } | undefined) =>
    profile && !isConfined(profile.type) ? [profile.type ?? ''] : [];
  const ofPod = bad(spec.securityContext?.seccompProfile);
  const ofContainer = ({ securityContext }: Container) => bad(securityContext?.seccompProfile);
  const who = setters(
    ofPod.length > 0,
    failing(containers, (container) => ofContainer(container).length > 0),
  );
  if (!who) return undefined;
  const values = quoted(sortedSet([...ofPod, ...containers.flatMap(ofContainer)]));
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${values}`,
  };
};

export const sysctls =
  (allowed: ReadonlySet<string>): Check =>
  ({ spec }) => {
    const names = (spec.securityContext?.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !allowed.has(name));
    return names.length > 0 ? { reason: 'forbidden sysctls', detail: names.join(', ') } : undefined;
  };

export const windowsHostProcess: Check = ({ spec }, containers) => {
  const names = failing(containers, (c) => c.securityContext?.windowsOptions?.hostProcess === true);
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, names);
  if (!who) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};
