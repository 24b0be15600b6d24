// The API server of a pod network's test, in memory, and the agents of its nodes.
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { createApiServer } from '../../../src/apiserver/api-server.ts';
import { InformerFactory } from '../../../src/client/informer/factory.ts';
import { RestClient } from '../../../src/client/rest/rest-client.ts';
import { inProcessTransport } from '../../../src/client/transport/in-process-transport.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { silentLogger as log } from '../../../src/kit/log.ts';
import { systemRandom as random } from '../../../src/kit/random.ts';
import { ANNOTATION } from '../../../src/network/routes/annotation.ts';
import { type RoutesOptions, startRoutes } from '../../../src/network/routes/start-routes.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import { type SegmentNode, setPodMtu } from './segments.ts';

const api = createApiServer({
  ...{ clock, random, log, store: openMemoryStore({ clock }) },
  disableAdmissionPlugins: ['ServiceAccount'],
});
await api.start();
const clientOf = (name: string, ...groups: string[]) =>
  new RestClient({ transport: inProcessTransport(api.inProcess, { name, groups }), clock });
export const admin = clientOf('admin', 'system:masters');

export async function register({ name, addresses, ranges }: SegmentNode): Promise<void> {
  await admin.create(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR: ranges[0], podCIDRs: [...ranges] },
  });
  await setAddresses(name, addresses);
}

export async function setAddresses(name: string, addresses: readonly string[]): Promise<void> {
  const status = { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) };
  await admin.patch(Node, name, undefined, 'merge', { status }, { subresource: 'status' });
}

export const METRIC = 7_700;
/** What each node's pods were to have last. */
export const mtus = new Map<string, number>();
const ends = new Map<string, () => void>();

/** A node's agent, in place of the one before. */
export function restart(
  node: SegmentNode,
  options: Partial<RoutesOptions> & Pick<RoutesOptions, 'mode'>,
): void {
  const { name } = node;
  ends.get(name)?.();
  const client = clientOf(`system:node:${name}`, 'system:nodes');
  const informers = new InformerFactory({ client: admin, clock, random, log });
  const stop = startRoutes({
    ...{ nodeName: name, device: 'tunnel', metric: METRIC, informers, clock, log, exec: node.exec },
    publish: async (annotation) => {
      const metadata = { annotations: { [ANNOTATION]: annotation } };
      await client.patch(Node, name, undefined, 'merge', { metadata });
    },
    onMtu: async (mtu) => {
      mtus.set(name, mtu);
      await setPodMtu(node, mtu);
    },
    ...options,
  });
  informers.start();
  ends.set(name, () => {
    stop();
    informers.stop();
  });
}

export const end = (name: string): void => ends.get(name)?.();

export function endAll(): void {
  for (const end of ends.values()) end();
}
