// Promise: where node agents answer for the cluster's names, each on its own node, the Service kube-dns leads to those that are ready, and
// the pods of each node to their own. A Service of that name with a selector, or with slices of others, is somebody else's: then nothing is
// written. Security: a node writes its own annotations, so that only the cluster's own ConfigMap says that agents answer at all; and it would
// answer for pods of other nodes beside endpoints without hints.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { ANSWERS_NAMES } from '../../api/nodes/dns.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { answersNames, isStale, NAME, NAMESPACE, sliceNames, wantedService, wantedSlices } from './wanted.ts';

const ASK_AGAIN_MS = 60_000;
/** Of the API server's own range. */
const DEFAULT_CIDR = 'kubernetes';

export function createNodeDnsController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const nodes = informers.informer(Node);
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const cidrs = informers.informer(ServiceCIDR);
  const isOurs = (slice: Readonly<EndpointSlice>): boolean =>
    namespaceOf(slice) === NAMESPACE && sliceNames.includes(nameOf(slice));
  const isOthers = (slice: Readonly<EndpointSlice>): boolean =>
    namespaceOf(slice) === NAMESPACE &&
    slice.metadata.labels?.[SERVICE_NAME_LABEL] === NAME &&
    !isOurs(slice);
  const all = (node: Readonly<Node>) => (answersNames(node) ? [NAME] : []);
  const servers = () =>
    slices.lister
      .list()
      .filter(isOfServers)
      .flatMap(({ endpoints }) => endpoints ?? []);
  return {
    name: 'node-dns-controller',
    workers: 1,
    watches: [
      watch(nodes, {
        onAdd: all,
        onUpdate: (node, old) => (factsOf(node) === factsOf(old) ? [] : [NAME]),
        onDelete: () => [NAME],
      }),
      watch(services, (service) =>
        nameOf(service) === NAME && namespaceOf(service) === NAMESPACE ? [NAME] : [],
      ),
      watch(slices, (slice) => (isOurs(slice) || isOthers(slice) ? [NAME] : [])),
      watch(cidrs, () => []),
    ],
    reconcile: async () => {
      const willing = nodes.lister.list().filter(answersNames);
      const found = sliceNames.flatMap((name) => slices.lister.get(name, NAMESPACE) ?? []);
      if (willing.length === 0 && found.length === 0) return undefined;
      const serving = willing.length > 0 && (await agentsAnswer(client)) ? willing : [];
      const others = slices.lister.list().filter(isOthers);
      const stale = serving.some(isNodeReady)
        ? others.filter((slice) => isStale(slice, nodes.lister.list(), servers()))
        : [];
      for (const { metadata } of stale) await remove(client, metadata.name!);
      const service = services.lister.get(NAME, NAMESPACE);
      const isTaken = service?.spec?.selector !== undefined || others.length > stale.length;
      const wanted = isTaken ? [] : wantedSlices(serving);
      const ranges = cidrs.lister.get(DEFAULT_CIDR)?.spec?.cidrs ?? [];
      if (!service && wanted.length > 0 && ranges.length > 0)
        await client.create(Service, wantedService(ranges)).catch(unless(isAlreadyExists));
      for (const slice of wanted) await write(context, slice, found);
      for (const { metadata } of found)
        if (!wanted.some((one) => one.metadata.name === metadata.name)) await remove(client, metadata.name!);
      // Nobody tells when the ConfigMap comes to say so.
      return willing.length > serving.length ? { requeueAfter: ASK_AGAIN_MS } : undefined;
    },
  };
}

/** What the servers have written down for machines that join; no node can write it. */
async function agentsAnswer(client: ControllerContext['client']): Promise<boolean> {
  const map = await client.get(ConfigMap, 'kubelet-config', NAMESPACE).catch(unless(isNotFound));
  return map?.metadata.annotations?.[ANSWERS_NAMES] === 'node-agents';
}

const remove = (client: ControllerContext['client'], name: string): Promise<void> =>
  client.delete(EndpointSlice, name, NAMESPACE).catch(unless(isNotFound));

const isOfServers = (slice: Readonly<EndpointSlice>): boolean =>
  namespaceOf(slice) === 'default' && slice.metadata.labels?.[SERVICE_NAME_LABEL] === 'kubernetes';

async function write(
  { client }: ControllerContext,
  wanted: EndpointSlice,
  found: readonly Readonly<EndpointSlice>[],
): Promise<void> {
  const old = found.find(({ metadata }) => metadata.name === wanted.metadata.name);
  if (!old) return void (await client.create(EndpointSlice, wanted).catch(unless(isAlreadyExists)));
  if (sameMeaning(old.endpoints, wanted.endpoints)) return;
  await client.update(EndpointSlice, { ...old, endpoints: wanted.endpoints });
}

const unless =
  (isFine: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isFine(error)) throw error;
  };

/** Of a Node what the endpoints depend on. */
const factsOf = (node: Readonly<Node>): string =>
  JSON.stringify([answersNames(node), isNodeReady(node), wantedSlices([node])]);
