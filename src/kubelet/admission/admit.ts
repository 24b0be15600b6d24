// Whether the node admits a pod, before anything of it is made: safe sysctls, whether it fits, AppArmor. Pure. A refused pod
// fails, and its controller creates another one. Called through local-policy.ts.
import { containersOf, type Pod, type PodFailure, rejection, specOf } from '../pod.ts';
import { type FitContext, misfit } from './fit.ts';

/** Sysctls that change only the pod itself (upstream's pkg/kubelet/sysctl safe list). */
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

export interface AdmitContext extends FitContext {
  /** Patterns such as `net.core.*` that the node allows besides the safe ones. */
  readonly allowedSysctls: readonly string[];
  readonly appArmor: boolean;
}

/** Why the pod is refused; undefined when it is admitted. */
export function admit(pod: Pod, context: AdmitContext): PodFailure | undefined {
  const refusal =
    sysctlRefusal(pod, context.allowedSysctls) ?? misfit(pod, context) ?? appArmorRefusal(pod, context);
  return refusal && rejection(refusal);
}

function sysctlRefusal(pod: Pod, allowed: readonly string[]): PodFailure | undefined {
  for (const { name } of specOf(pod).securityContext?.sysctls ?? []) {
    const dotted = name.replaceAll('/', '.');
    const fits = allowed.some((p) => (p.endsWith('*') ? dotted.startsWith(p.slice(0, -1)) : p === dotted));
    if (!SAFE_SYSCTLS.has(dotted) && !fits)
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${name}" not allowlisted` };
  }
  return undefined;
}

function appArmorRefusal(pod: Pod, { appArmor }: AdmitContext): PodFailure | undefined {
  if (appArmor) return undefined;
  const shared = specOf(pod).securityContext?.appArmorProfile;
  const profiles = containersOf(pod).map(({ spec }) => spec.securityContext?.appArmorProfile ?? shared);
  if (!profiles.some((profile) => profile && profile.type !== 'Unconfined')) return undefined;
  return { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' };
}
