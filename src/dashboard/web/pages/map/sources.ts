// What the map is made of, live, with the rights of the session.
import type { Namespace } from '../../../../api/kinds/core/v1/namespace.ts';
import type { NetworkPolicy } from '../../../../api/kinds/networking/v1/network-policy.ts';
import { labelsOf, nameOf } from '../../../../api/meta/v1/object.ts';
import { kindOf } from '../../api/discovery.ts';
import { collectionPath } from '../../api/kind.ts';
import { type Live, type Named, useLive } from '../../api/live.ts';
import { type LiveTable, useTable } from '../../api/table.ts';
import { textOf } from '../../api/table-rows.ts';
import type { GatewayLike, Graph, IngressLike, RouteLike, RouteOfKind, ServiceLike } from './graph.ts';
import { graphOf } from './graph.ts';
import { Policies } from './policies.ts';
import { type PodFacts, type Template, type Workload, workloadsOf } from './workloads.ts';

export interface MapSources {
  readonly graph: Graph;
  readonly workloads: readonly Workload[];
  readonly policies: Policies;
  readonly isLoading: boolean;
  /** What may not be listed. */
  readonly hidden: readonly string[];
}

const GATEWAYS = 'gateway.networking.k8s.io';
const ROUTES = [
  ['HTTPRoute', 'httproutes'],
  ['GRPCRoute', 'grpcroutes'],
  ['TLSRoute', 'tlsroutes'],
  ['TCPRoute', 'tcproutes'],
] as const;

export function useMapSources(namespace: string): MapSources {
  /** Nothing of a kind that the server does not have. */
  const live = <T extends Named>(group: string, plural: string): Live<T> => {
    const kind = kindOf(group, plural);
    return useLive<T>(kind && collectionPath(kind, kind.namespaced ? namespace : ''));
  };
  const pods = useTable(kindOf('', 'pods'), namespace);
  const sources = {
    Deployments: live<Template['object'] & Named>('apps', 'deployments'),
    StatefulSets: live<Template['object'] & Named>('apps', 'statefulsets'),
    DaemonSets: live<Template['object'] & Named>('apps', 'daemonsets'),
    Services: live<ServiceLike & Named>('', 'services'),
    Ingresses: live<IngressLike & Named>('networking.k8s.io', 'ingresses'),
    Gateways: live<GatewayLike & Named>(GATEWAYS, 'gateways'),
    'network policies': live<NetworkPolicy>('networking.k8s.io', 'networkpolicies'),
  };
  const namespaces = live<Namespace>('', 'namespaces');
  const routes = ROUTES.map(([kind, plural]) => ({ kind, live: live<RouteLike & Named>(GATEWAYS, plural) }));
  const templates = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind) =>
    sources[`${kind}s`].items.value.map((object): Template => ({ kind, object })),
  );
  const workloads = workloadsOf(podFacts(pods), templates);
  const graph = graphOf({
    ...{ workloads, services: sources.Services.items.value, ingresses: sources.Ingresses.items.value },
    gateways: sources.Gateways.items.value,
    routes: routes.flatMap(({ kind, live: of }) =>
      of.items.value.map((route): RouteOfKind => ({ kind, route })),
    ),
  });
  const labels = new Map(namespaces.items.value.map((each) => [nameOf(each), labelsOf(each)]));
  return {
    ...{ graph, workloads },
    policies: new Policies(sources['network policies'].items.value, labels, workloads),
    isLoading: pods?.state.value === 'loading' || sources.Services.state.value === 'loading',
    hidden: [
      ...(pods?.state.value === 'refused' ? ['pods'] : []),
      ...Object.entries(sources).flatMap(([name, { state }]) => (state.value === 'refused' ? [name] : [])),
    ],
  };
}

function podFacts(table: LiveTable | undefined): PodFacts[] {
  const names = (table?.columns.value ?? []).map(({ name }) => name);
  const [ready, status, ip] = ['Ready', 'Status', 'IP'].map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  return (table?.items.value ?? []).map(({ namespace, name, labels = {}, owners, cells }) => {
    const owner = owners?.find(({ controller }) => controller);
    return {
      ...{
        namespace,
        name,
        labels,
        ready: textOf(cells[ready]),
        status: textOf(cells[status]),
        ip: textOf(cells[ip]),
      },
      ...(owner && { owner }),
    };
  });
}
