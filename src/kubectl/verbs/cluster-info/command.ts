// `kubectl cluster-info`: the addresses of the control plane and of the cluster's own services.
import { defineCommand } from '../../command/command.ts';
import type { KubeObject } from '../../resources/object.ts';

interface Service extends KubeObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port?: number }[] };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export default defineCommand({
  use: 'cluster-info [flags]',
  long: `Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.`,
  examples: '# Print the address of the control plane and cluster services\nkubectl cluster-info',
  subcommands: [
    {
      name: 'dump',
      short: 'Dump relevant information for debugging and diagnosis',
      load: () => import('./dump.ts'),
    },
  ],
  async run({ io, session }) {
    const namespace = session.flags.namespace || 'kube-system';
    const { server } = await session.streamTarget();
    const host = `${server.origin}${server.pathname.replace(/\/$/, '')}`;
    const { items = [] } = await session.json<{ items?: readonly Service[] }>({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`,
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
    });
    io.out(`Kubernetes control plane is running at ${host}\n`);
    for (const service of items) {
      const { name = '', labels = {} } = service.metadata ?? {};
      io.out(`${labels['kubernetes.io/name'] || name} is running at ${linkOf(service, host)}\n`);
    }
    io.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
});

function linkOf({ metadata, spec, status }: Service, host: string): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const ports = spec?.ports ?? [];
  if (ingress)
    return ports.map(({ port }) => `http://${ingress.ip || (ingress.hostname ?? '')}:${port} `).join('');
  return `${host}/api/v1/namespaces/${metadata?.namespace ?? ''}/services/${proxyName(metadata?.name ?? '', ports[0])}/proxy`;
}

/** `https:NAME:PORT`, with what is not known left out. */
function proxyName(
  name: string,
  port: { readonly name?: string; readonly port?: number } | undefined,
): string {
  if (!port) return name;
  const scheme = port.name === 'https' || port.port === 443 ? 'https' : '';
  if (scheme) return `${scheme}:${name}:${port.name ?? ''}`;
  return port.name ? `${name}:${port.name}` : name;
}
