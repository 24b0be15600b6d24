// Columns of Services, endpoints, Ingresses and network policies.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.
import { hostPort } from '../../kit/net/host-port.ts';
import type { Endpoints } from '../kinds/core/v1/endpoints.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import type { Ingress } from '../kinds/networking/v1/ingress.ts';
import type { IngressClass } from '../kinds/networking/v1/ingress-class.ts';
import type { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import type { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import type { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import {
  age,
  ageColumn,
  firstFew,
  labelsText,
  nameColumn,
  nameOf,
  orNone,
  printer,
  selectorColumn,
  selectorText,
  text,
} from './printer.ts';

function externalIP({ spec, status }: Service): string {
  const given = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const balanced = (status?.loadBalancer?.ingress ?? []).map((i) => i.ip || i.hostname || '');
      return [...new Set([...balanced.filter(Boolean), ...given])].join(',') || '<pending>';
    }
    default:
      return given.join(',') || '<none>';
  }
}

const servicePorts = ({ spec }: Service) =>
  (spec?.ports ?? [])
    .map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol ?? 'TCP'}`)
    .join(',');

export const service = printer<Service>(
  [
    nameColumn,
    text('Type', 'Type of the service.'),
    text('Cluster-IP', 'IP address within the cluster.'),
    text('External-IP', 'External addresses or name.'),
    text('Port(s)', 'Ports of the service, with node ports.'),
    ageColumn,
    selectorColumn,
  ],
  (s, now) => [
    nameOf(s),
    s.spec?.type ?? '',
    orNone(s.spec?.clusterIPs?.[0]),
    externalIP(s),
    orNone(servicePorts(s)),
    age(s, now),
    labelsText(s.spec?.selector),
  ],
);

function endpointTexts({ subsets }: Endpoints): string[] {
  return (subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
}

export const endpoints = printer<Endpoints>(
  [nameColumn, text('Endpoints', 'Addresses and ports of the endpoints.'), ageColumn],
  (e, now) => [nameOf(e), e.subsets?.length ? firstFew(endpointTexts(e)) : '<none>', age(e, now)],
);

export const endpointSlice = printer<EndpointSlice>(
  [
    nameColumn,
    text('AddressType', 'Type of the addresses.'),
    text('Ports', 'Ports of the endpoints.'),
    text('Endpoints', 'Addresses of the endpoints.'),
    ageColumn,
  ],
  (e, now) => [
    nameOf(e),
    e.addressType,
    firstFew((e.ports ?? []).map(({ port }) => (port === undefined ? '*' : String(port)))) || '<unset>',
    firstFew((e.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])) || '<unset>',
    age(e, now),
  ],
);

function hosts({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const named = rules.map(({ host }) => host ?? '').filter(Boolean);
  if (named.length === 0) return '*';
  const shown = named.slice(0, 3).join(',');
  return named.length > 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}

export const ingress = printer<Ingress>(
  [
    nameColumn,
    text('Class', 'Class of the ingress.'),
    text('Hosts', 'Host names of the rules.'),
    text('Address', 'Address of the load balancer.'),
    text('Ports', 'Ports of the ingress.'),
    ageColumn,
  ],
  (i, now) => [
    nameOf(i),
    orNone(i.spec?.ingressClassName),
    hosts(i),
    (i.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(','),
    i.spec?.tls?.length ? '80, 443' : '80',
    age(i, now),
  ],
);

export const ingressClass = printer<IngressClass>(
  [
    nameColumn,
    text('Controller', 'Controller of the class.'),
    text('Parameters', 'Object with additional configuration.'),
    ageColumn,
  ],
  (c, now) => {
    const parameters = c.spec?.parameters;
    const kind = parameters && parameters.kind + (parameters.apiGroup ? `.${parameters.apiGroup}` : '');
    return [
      nameOf(c),
      c.spec?.controller ?? '',
      parameters ? `${kind}/${parameters.name}` : '<none>',
      age(c, now),
    ];
  },
);

export const networkPolicy = printer<NetworkPolicy>(
  [nameColumn, text('Pod-Selector', 'Selector of the pods that the policy applies to.'), ageColumn],
  (p, now) => [nameOf(p), selectorText(p.spec?.podSelector), age(p, now)],
);

export const serviceCIDR = printer<ServiceCIDR>(
  [nameColumn, text('CIDRs', 'IP ranges for services.'), ageColumn],
  (c, now) => [nameOf(c), (c.spec?.cidrs ?? []).join(','), age(c, now)],
);

export const ipAddress = printer<IPAddress>(
  [nameColumn, text('ParentRef', 'Object that the address belongs to.')],
  (a) => {
    const parent = a.spec?.parentRef;
    const parts = [parent?.group, parent?.resource, parent?.namespace, parent?.name];
    return [nameOf(a), parent ? parts.filter(Boolean).join('/') : '<none>'];
  },
);
