// The pod's hostname and its /etc/hosts, which the kubelet writes for every pod. Pure.
import { isHostNetwork, type Pod, podName, podNamespace, specOf } from '../pod.ts';

const MAX_HOSTNAME = 63;

export interface PodHostname {
  readonly hostname: string;
  /** Its domain in the cluster, when the pod has a subdomain. */
  readonly domain: string;
}

export function podHostname(pod: Pod, clusterDomain: string): PodHostname {
  const spec = specOf(pod);
  if (spec.hostnameOverride) return { hostname: spec.hostnameOverride, domain: '' };
  const hostname =
    spec.hostname ||
    podName(pod)
      .slice(0, MAX_HOSTNAME)
      // Checked text: at most MAX_HOSTNAME characters.
      .replace(/[-.]+$/, '');
  const domain = spec.subdomain ? `${spec.subdomain}.${podNamespace(pod)}.svc.${clusterDomain}` : '';
  return { hostname, domain };
}

/** Hostname of the sandbox: the FQDN with setHostnameAsFQDN. Throws when that is longer than the kernel allows. */
export function sandboxHostname(pod: Pod, clusterDomain: string): string {
  const { hostname, domain } = podHostname(pod, clusterDomain);
  if (!specOf(pod).setHostnameAsFQDN || !domain) return hostname;
  const full = `${hostname}.${domain}`;
  if (full.length > 64)
    throw new Error(
      `Failed to construct FQDN from Pod hostname and cluster domain, FQDN ${full} is too long (64 characters is the max, ${full.length} characters requested)`,
    );
  return full;
}

export function hostsFile(pod: Pod, ips: readonly string[], clusterDomain: string, hostText: string): string {
  const aliases = aliasLines(pod);
  if (isHostNetwork(pod)) return `# Kubernetes-managed hosts file (host network).\n${hostText}${aliases}`;
  const { hostname, domain } = podHostname(pod, clusterDomain);
  const names = domain ? `${hostname}.${domain}\t${hostname}` : hostname;
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...ips.map((ip) => `${ip}\t${names}`),
  ];
  return `${lines.join('\n')}\n${aliases}`;
}

function aliasLines(pod: Pod): string {
  const aliases = specOf(pod).hostAliases ?? [];
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`);
  return `\n# Entries added by HostAliases.\n${lines.join('\n')}\n`;
}
