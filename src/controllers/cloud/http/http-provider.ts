// A cloud provider behind HTTP, in whatever language it is written: docs/cloud-providers.md is its contract. Called by
// cluster/cloud/, which starts the cloud controller manager with it.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import type { CloudProvider, Instances, LoadBalancers, Route, Routes } from '../provider.ts';
import { capabilitiesIn, ensuredIn, instanceIn, loadBalancerIn, routesIn } from './answers.ts';
import type { ProviderCaller } from './caller.ts';

/** The parts that the provider says it has. Rejects while it does not answer. */
export async function httpProvider(caller: ProviderCaller, clusterName: string): Promise<CloudProvider> {
  const has = await caller.call('capabilities', { clusterName }, capabilitiesIn);
  return {
    ...(has.instances && { instances: instancesOf(caller, clusterName) }),
    ...(has.routes && { routes: routesOf(caller, clusterName) }),
    ...(has.loadBalancers && {
      loadBalancers: loadBalancersOf(caller, clusterName, has.loadBalancerClass),
    }),
  };
}

function instancesOf(caller: ProviderCaller, clusterName: string): Instances {
  const get = (node: Readonly<Node>) =>
    caller.call('instances/get', { clusterName, node: machineOf(node) }, instanceIn);
  return {
    exists: async (node) => (await get(node)) !== undefined,
    isShutDown: async (node) => (await get(node))?.shutdown ?? false,
    metadata: get,
  };
}

function routesOf(caller: ProviderCaller, clusterName: string): Routes {
  return {
    list: () => caller.call('routes/list', { clusterName }, routesIn),
    create: (nameHint, route) => caller.call('routes/create', { clusterName, nameHint, route }, ignoreAnswer),
    remove: (route: Route) => caller.call('routes/delete', { clusterName, route }, ignoreAnswer),
  };
}

function loadBalancersOf(
  caller: ProviderCaller,
  clusterName: string,
  className: string | undefined,
): LoadBalancers {
  const about = (service: Readonly<Service>, nodes?: readonly Readonly<Node>[]) => ({
    ...{ clusterName, service: withoutManagers(service) },
    ...(nodes && { nodes: nodes.map(machineOf) }),
  });
  return {
    ...(className && { className }),
    find: (service) => caller.call('load-balancers/get', about(service), loadBalancerIn),
    ensure: (service, nodes) => caller.call('load-balancers/ensure', about(service, nodes), ensuredIn),
    update: (service, nodes) =>
      caller.call('load-balancers/update-nodes', about(service, nodes), ignoreAnswer),
    remove: (service) => caller.call('load-balancers/delete', about(service), ignoreAnswer),
  };
}

const ignoreAnswer = (): void => {};

/** What a provider finds a machine by, and what it needs to send packets there. */
const machineOf = (node: Readonly<Node>) => ({
  name: nameOf(node),
  uid: node.metadata.uid ?? '',
  providerID: node.spec?.providerID ?? '',
  labels: node.metadata.labels ?? {},
  addresses: node.status?.addresses ?? [],
  podCIDRs: node.spec?.podCIDRs ?? [],
});

/** Whole, but for who wrote which field. */
const withoutManagers = ({ metadata, ...service }: Readonly<Service>) => {
  const { managedFields: _, ...rest } = metadata;
  return { ...service, metadata: rest };
};
