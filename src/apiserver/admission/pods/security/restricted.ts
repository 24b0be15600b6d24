// The checks that the level restricted adds to baseline: hardening as it is good practice. Pure. Called by standards.ts.
// Upstream: check_*.go in staging/src/k8s.io/pod-security-admission/policy.
import type { Container } from '../../../../api/kinds/core/v1/container.ts';
import type { Volume } from '../../../../api/kinds/core/v1/volume.ts';
import { isConfined, seccompProfile } from './baseline.ts';
import {
  type Check,
  counted,
  failing,
  hasUserNamespace,
  isWindows,
  quoted,
  setters,
  sortedSet,
} from './check.ts';

export const exceptWindows =
  (check: Check): Check =>
  (pod, containers) =>
    isWindows(pod) ? undefined : check(pod, containers);

export const exceptWithUserNamespace =
  (check: Check): Check =>
  (pod, containers) =>
    hasUserNamespace(pod) ? undefined : check(pod, containers);

export const privilegeEscalation: Check = (_, containers) => {
  const names = failing(containers, (c) => c.securityContext?.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${counted('container', names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

export const droppedCapabilities: Check = (_, containers) => {
  const keeping = failing(containers, (c) => !c.securityContext?.capabilities?.drop?.includes('ALL'));
  const extra = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const adding = failing(containers, (container) => extra(container).length > 0);
  const details = [
    keeping.length > 0 &&
      `${counted('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`,
    adding.length > 0 &&
      `${counted('container', adding)} must not include ${quoted(sortedSet(containers.flatMap(extra)))} in securityContext.capabilities.add`,
  ].filter(Boolean);
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
};

const VOLUMES = new Set<string>([
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

export const volumeTypes: Check = ({ spec }) => {
  const typesOf = (volume: Volume) => Object.keys(volume).filter((key) => key !== 'name');
  const bad = (spec.volumes ?? []).filter((volume) => !typesOf(volume).some((type) => VOLUMES.has(type)));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = sortedSet(bad.map((volume) => typesOf(volume)[0] ?? 'unknown'));
  const use = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${counted('volume', names)} ${use} ${counted('restricted volume type', types)}`,
  };
};

export const nonRoot: Check = ({ spec }, containers) => {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const reason = 'runAsNonRoot != true';
  const explicit = failing(containers, (c) => c.securityContext?.runAsNonRoot === false);
  const who = setters(ofPod === false, explicit);
  if (who) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const unset = failing(containers, (c) => c.securityContext?.runAsNonRoot === undefined && !ofPod);
  if (unset.length === 0) return undefined;
  const names = counted('container', unset);
  return { reason, detail: `pod or ${names} must set securityContext.runAsNonRoot=true` };
};

export const rootUser: Check = ({ spec }, containers) => {
  const names = failing(containers, (c) => c.securityContext?.runAsUser === 0);
  const who = setters(spec.securityContext?.runAsUser === 0, names);
  return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined;
};

export const requiredSeccomp: Check = (pod, containers) => {
  const explicit = seccompProfile(pod, containers);
  if (explicit) return explicit;
  const ofPod = isConfined(pod.spec.securityContext?.seccompProfile?.type);
  const unset = failing(containers, (c) => !c.securityContext?.seccompProfile && !ofPod);
  if (unset.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${counted('container', unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};
