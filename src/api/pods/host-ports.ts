// Which ports of its node a pod claims, and when two claims conflict. Used by the scheduler and by the kubelet's admission.
// Follows k8s.io/kube-scheduler framework.HostPortInfo.
import type { Pod } from '../kinds/core/v1/pod.ts';
import { lastingContainers } from './containers.ts';

export interface HostPortClaim {
  /** 0.0.0.0 stands for all addresses. */
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export function hostPortsOf({ spec }: Pick<Readonly<Pod>, 'spec'>): HostPortClaim[] {
  return lastingContainers(spec).flatMap((container) =>
    (container.ports ?? [])
      .filter((port) => port.hostPort)
      .map((port) => ({
        ip: port.hostIP || '0.0.0.0',
        protocol: port.protocol ?? 'TCP',
        port: port.hostPort!,
      })),
  );
}

export const hostPortsConflict = (
  wanted: readonly HostPortClaim[],
  used: readonly HostPortClaim[],
): boolean => wanted.some((a) => used.some((b) => conflict(a, b)));

/** Those of the wanted ports that are used. */
export const conflictingPorts = (
  wanted: readonly HostPortClaim[],
  used: readonly HostPortClaim[],
): HostPortClaim[] => wanted.filter((a) => used.some((b) => conflict(a, b)));

const conflict = (a: HostPortClaim, b: HostPortClaim) =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');
