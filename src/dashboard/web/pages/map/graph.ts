// Who is reached through whom: Gateways and Ingresses, routes, Services, workloads. A graph of nodes in layers and of edges from left to
// right. Pure; layout.ts places it, policies.ts says what NetworkPolicies think of connections between workloads.
import type { Labels } from '../../../../api/selectors/label-selector.ts';
import type { Place } from './place.ts';
import type { Workload } from './workloads.ts';

/** From left to right. */
export const LAYERS = ['outside', 'door', 'route', 'service', 'workload'] as const;
export type Layer = (typeof LAYERS)[number];

export interface MapNode {
  readonly id: string;
  readonly layer: Layer;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** A line below the name. */
  readonly note: string;
  /** What is wrong with it, and whether part of it works all the same. */
  readonly problem?: string;
  readonly isPartial?: true;
  readonly place?: Place;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  /** Hosts, paths or ports. */
  readonly label: string;
}

export interface Graph {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

interface Meta {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly nodePort?: number;
}

export interface ServiceLike extends Meta {
  readonly spec?: {
    readonly type?: string;
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
    readonly externalName?: string;
  };
}

export interface IngressBackend {
  readonly service?: {
    readonly name: string;
    readonly port?: { readonly number?: number; readonly name?: string };
  };
}

export interface IngressLike extends Meta {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly { readonly path?: string; readonly backend: IngressBackend }[];
      };
    }[];
  };
}

export interface GatewayLike extends Meta {
  readonly spec?: {
    readonly gatewayClassName?: string;
    readonly listeners?: readonly {
      readonly name: string;
      readonly port: number;
      readonly protocol: string;
    }[];
  };
}

interface RouteRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
  readonly weight?: number;
}

export interface RouteLike extends Meta {
  readonly kind?: string;
  readonly spec?: {
    readonly parentRefs?: readonly RouteRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly matches?: readonly { readonly path?: { readonly value?: string } }[];
      readonly backendRefs?: readonly RouteRef[];
    }[];
  };
}

export interface RouteOfKind {
  readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute';
  readonly route: RouteLike;
}

export interface MapInput {
  readonly workloads: readonly Workload[];
  readonly services: readonly ServiceLike[];
  readonly ingresses: readonly IngressLike[];
  readonly gateways: readonly GatewayLike[];
  readonly routes: readonly RouteOfKind[];
}

export const idOf = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;
export const OUTSIDE = 'outside';

const ROUTES: Readonly<Record<RouteOfKind['kind'], string>> = {
  HTTPRoute: 'httproutes',
  GRPCRoute: 'grpcroutes',
  TLSRoute: 'tlsroutes',
  TCPRoute: 'tcproutes',
};
const GATEWAYS = 'gateway.networking.k8s.io';

export function graphOf(input: MapInput): Graph {
  const building = new Building();
  for (const workload of input.workloads) building.workload(workload);
  for (const service of input.services) building.service(service, input.workloads);
  for (const ingress of input.ingresses) building.ingress(ingress);
  for (const gateway of input.gateways) building.gateway(gateway);
  for (const { kind, route } of input.routes) building.route(kind, route);
  return building.graph();
}

class Building {
  readonly #nodes = new Map<string, MapNode>();
  readonly #edges = new Map<string, { from: string; to: string; labels: Set<string> }>();

  graph(): Graph {
    const edges = [...this.#edges.values()].map(({ from, to, labels }) => ({
      from,
      to,
      label: brief([...labels]),
    }));
    return { nodes: [...this.#nodes.values()], edges };
  }

  workload({ id, kind, namespace, name, ready, total, place }: Workload): void {
    this.#nodes.set(id, {
      ...{ id, layer: 'workload', kind, name, namespace, note: `${ready} of ${total} ready`, place },
      ...(total === 0 && { problem: 'it has no pods' }),
      ...(total > 0 && ready === 0 && { problem: 'none is ready' }),
      ...(ready > 0 && ready < total && { problem: 'not all are ready', isPartial: true as const }),
    });
  }

  service({ metadata, spec = {} }: ServiceLike, workloads: readonly Workload[]): void {
    const [name, namespace] = [metadata.name ?? '', metadata.namespace ?? ''];
    const id = idOf('Service', namespace, name);
    const { type = 'ClusterIP', selector, ports = [], externalName } = spec;
    const wanted = Object.entries(selector ?? {});
    const behind =
      wanted.length === 0
        ? []
        : workloads.filter(
            (each) =>
              each.namespace === namespace && wanted.every(([key, value]) => each.labels[key] === value),
          );
    const ready = behind.reduce((sum, each) => sum + each.ready, 0);
    const problem =
      wanted.length === 0
        ? undefined
        : behind.length === 0
          ? 'its selector matches no pod'
          : ready === 0
            ? 'none of its pods is ready'
            : undefined;
    this.#nodes.set(id, {
      ...{
        id,
        layer: 'service',
        kind: 'Service',
        name,
        namespace,
        note: externalName ?? `${type} ${brief(ports.map(portText))}`,
      },
      ...(problem && { problem }),
      place: { group: '', version: 'v1', plural: 'services', namespace, name },
    });
    for (const each of behind) this.#edge(id, each.id, brief(ports.map(targetText)));
    if (type === 'LoadBalancer' || type === 'NodePort') {
      this.#outside();
      this.#edge(
        OUTSIDE,
        id,
        brief(ports.map(({ port, nodePort }) => `${type === 'NodePort' ? (nodePort ?? port) : port}`)),
      );
    }
  }

  ingress({ metadata, spec = {} }: IngressLike): void {
    const [name, namespace] = [metadata.name ?? '', metadata.namespace ?? ''];
    const id = idOf('Ingress', namespace, name);
    const { rules = [], defaultBackend, ingressClassName } = spec;
    const hosts = [...new Set(rules.map(({ host }) => host ?? '*'))];
    this.#nodes.set(id, {
      ...{
        id,
        layer: 'door',
        kind: 'Ingress',
        name,
        namespace,
        note: brief(hosts) || (ingressClassName ?? ''),
      },
      place: { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', namespace, name },
    });
    this.#outside();
    this.#edge(OUTSIDE, id, '');
    const to = (backend: IngressBackend | undefined, label: string) => {
      if (backend?.service) this.#toService(id, namespace, backend.service.name, label);
    };
    to(defaultBackend, '(default)');
    for (const { host, http } of rules)
      for (const { path, backend } of http?.paths ?? [])
        to(backend, `${hosts.length > 1 ? (host ?? '*') : ''}${path ?? '/'}`);
  }

  gateway({ metadata, spec = {} }: GatewayLike): void {
    const [name, namespace] = [metadata.name ?? '', metadata.namespace ?? ''];
    const id = idOf('Gateway', namespace, name);
    const listeners = (spec.listeners ?? []).map(({ protocol, port }) => `${protocol} ${port}`);
    this.#nodes.set(id, {
      ...{ id, layer: 'door', kind: 'Gateway', name, namespace, note: brief(listeners) },
      place: { group: GATEWAYS, version: 'v1', plural: 'gateways', namespace, name },
    });
    this.#outside();
    this.#edge(OUTSIDE, id, '');
  }

  route(kind: RouteOfKind['kind'], { metadata, spec = {} }: RouteLike): void {
    const [name, namespace] = [metadata.name ?? '', metadata.namespace ?? ''];
    const id = idOf(kind, namespace, name);
    const hosts = spec.hostnames ?? [];
    this.#nodes.set(id, {
      ...{ id, layer: 'route', kind, name, namespace, note: brief(hosts) },
      place: { group: GATEWAYS, version: 'v1', plural: ROUTES[kind], namespace, name },
    });
    for (const { kind: of = 'Gateway', namespace: where, name: parent } of spec.parentRefs ?? [])
      if (of === 'Gateway') this.#edge(this.#known('Gateway', where ?? namespace, parent, 'door'), id, '');
    for (const { matches = [], backendRefs = [] } of spec.rules ?? []) {
      const paths = matches.flatMap(({ path }) => (path?.value ? [path.value] : []));
      const whole = backendRefs.reduce((sum, { weight = 1 }) => sum + weight, 0);
      for (const { kind: of = 'Service', namespace: where, name: service, weight = 1 } of backendRefs) {
        if (of !== 'Service') continue;
        const share = backendRefs.length > 1 && whole > 0 ? ` ${Math.round((100 * weight) / whole)} %` : '';
        this.#toService(id, where ?? namespace, service, `${brief(paths)}${share}`.trim());
      }
    }
  }

  #toService(from: string, namespace: string, name: string, label: string): void {
    this.#edge(from, this.#known('Service', namespace, name, 'service'), label);
  }

  /** A node that others name; one that is not there says so. */
  #known(kind: string, namespace: string, name: string, layer: Layer): string {
    const id = idOf(kind, namespace, name);
    if (!this.#nodes.has(id))
      this.#nodes.set(id, {
        id,
        layer,
        kind,
        name,
        namespace,
        note: '',
        problem: 'is not here, or may not be read',
      });
    return id;
  }

  #outside(): void {
    const shared = { layer: 'outside', kind: '', namespace: '', note: '' } as const;
    if (!this.#nodes.has(OUTSIDE)) this.#nodes.set(OUTSIDE, { id: OUTSIDE, name: 'Outside', ...shared });
  }

  #edge(from: string, to: string, label: string): void {
    const key = `${from} ${to}`;
    const known = this.#edges.get(key) ?? { from, to, labels: new Set<string>() };
    if (label) known.labels.add(label);
    this.#edges.set(key, known);
  }
}

/** So many are named. */
const MOST = 2;

const brief = (texts: readonly string[]): string =>
  texts.length > MOST ? `${texts.slice(0, MOST).join(', ')} +${texts.length - MOST}` : texts.join(', ');

const portText = ({ port, protocol = 'TCP' }: ServicePort): string =>
  protocol === 'TCP' ? String(port) : `${port}/${protocol}`;

const targetText = ({ port, targetPort }: ServicePort): string =>
  targetPort === undefined || targetPort === port ? String(port) : `${port} → ${targetPort}`;
