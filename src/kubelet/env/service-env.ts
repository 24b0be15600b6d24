// The environment variables for services: {NAME}_SERVICE_HOST and those in the style of Docker links, for services of the
// pod's namespace unless enableServiceLinks is false, and always for the API server. Pure.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { type Pod, podNamespace, specOf } from '../pod.ts';

export function serviceEnv(pod: Pod, services: readonly Service[]): Map<string, string> {
  const out = new Map<string, string>();
  const links = specOf(pod).enableServiceLinks ?? true;
  const namespace = podNamespace(pod);
  for (const service of services) {
    const ip = service.spec?.clusterIP;
    if (!ip || ip === 'None') continue;
    const isMaster = service.metadata.namespace === 'default' && service.metadata.name === 'kubernetes';
    if (isMaster || (links && service.metadata.namespace === namespace)) addService(out, service, ip);
  }
  return out;
}

function addService(out: Map<string, string>, service: Service, ip: string): void {
  const prefix = variableName(service.metadata.name ?? '');
  const ports = service.spec?.ports ?? [];
  const first = ports[0];
  out.set(`${prefix}_SERVICE_HOST`, ip);
  if (first) out.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name, port } of ports)
    if (name) out.set(`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port));
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const url = `${protocol.toLowerCase()}://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
    if (index === 0) out.set(`${prefix}_PORT`, url);
    const link = `${prefix}_PORT_${port}_${protocol}`;
    out.set(link, url);
    out.set(`${link}_PROTO`, protocol.toLowerCase());
    out.set(`${link}_PORT`, String(port));
    out.set(`${link}_ADDR`, ip);
  });
}

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
