// A pod as the runtime's sandbox configuration. Pure.
import { join } from 'node:path';
import type { PodSandboxConfig, PortMapping } from '../../cri/runtime.ts';
import { sandboxHostname } from '../dns/hosts-file.ts';
import { type DnsSettings, podDns } from '../dns/resolv-conf.ts';
import { containersOf, isHostNetwork, type Pod, podName, podNamespace, podUid, specOf } from '../pod.ts';
import { type SecurityContextOptions, sandboxSecurity } from '../security/security-context.ts';
import { sandboxLabels } from '../view/labels.ts';

export interface SandboxContext {
  readonly logDirectory: string;
  readonly dns: DnsSettings;
  readonly cgroupParent: string | undefined;
  readonly security: SecurityContextOptions;
}

/** Directory of a pod's logs under the log root. */
export const podLogDirectory = (
  root: string,
  { metadata }: { metadata: { namespace?: string; name?: string; uid?: string } },
): string => join(root, `${metadata.namespace}_${metadata.name}_${metadata.uid}`);

export function sandboxConfig(pod: Pod, attempt: number, context: SandboxContext): PodSandboxConfig {
  const portMappings = isHostNetwork(pod) ? [] : portMappingsOf(pod);
  const sysctls = specOf(pod).securityContext?.sysctls ?? [];
  return {
    metadata: { name: podName(pod), namespace: podNamespace(pod), uid: podUid(pod), attempt },
    ...(!isHostNetwork(pod) && { hostname: sandboxHostname(pod, context.dns.clusterDomain) }),
    logDirectory: context.logDirectory,
    dnsConfig: podDns(pod, context.dns).config,
    portMappings,
    labels: sandboxLabels(pod),
    annotations: pod.metadata.annotations ?? {},
    linux: {
      ...(context.cgroupParent && { cgroupParent: context.cgroupParent }),
      securityContext: sandboxSecurity(pod, context.security),
      sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name.replaceAll('/', '.'), value])),
    },
  };
}

function portMappingsOf(pod: Pod): PortMapping[] {
  return containersOf(pod)
    .flatMap(({ spec }) => spec.ports ?? [])
    .filter((port) => port.hostPort)
    .map(({ containerPort, hostPort, hostIP, protocol }) => ({
      containerPort,
      hostPort,
      protocol: protocol ?? 'TCP',
      ...(hostIP && { hostIp: hostIP }),
    }));
}
