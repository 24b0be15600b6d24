// The door of a node that has joined: opened while the Node has the label that makes it one, at the node's own addresses. It reads with
// the node's own rights, which a server extends by what doors need (grants.ts), and writes nothing but the annotation of its Node that says
// whether it serves. Called by node-agent/agent.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { DOOR_NAMESPACE, DOOR_SERVES, isDoor } from '../../api/nodes/doors.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { DoorProxy } from '../../gateway/door.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import type { RunningDoor } from './outside-door.ts';
import { Saying } from './saying.ts';
import type { DoorSite } from './site.ts';

export interface NodeDoorOptions {
  readonly cluster: ClusterNodes;
  /** With the node's rights. */
  readonly client: Client;
  /** Has Nodes, Services and EndpointSlices. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Returns how to stop it. */
export function followDoorLabel(options: NodeDoorOptions): () => Promise<void> {
  const { cluster, informers, log } = options;
  const [{ name }] = cluster.nodes as [ClusterNodes['nodes'][number]];
  let wanted = false;
  let running: RunningDoor | undefined;
  let work = Promise.resolve();
  const saying = new Saying({ ...options, name });
  const follow = async (): Promise<void> => {
    if (wanted === (running !== undefined)) return;
    if (running) {
      await running.stop();
      running = undefined;
      return;
    }
    const { startOutsideDoor } = await import('./outside-door.ts');
    running = startOutsideDoor({ ...options, site: nodeSite(options, saying), network: informers });
  };
  const next = () => {
    work = work.then(follow).catch((error: unknown) => log.error('the door does not follow', { error }));
  };
  const look = (node: Readonly<Node>): void => {
    if (node.metadata.name !== name || wanted === isDoor(node)) return;
    wanted = isDoor(node);
    // What an agent before this one said.
    if (wanted && node.metadata.annotations?.[DOOR_SERVES] === 'true') saying.say('false');
    next();
  };
  const end = informers.informer(Node).addHandler({ onAdd: look, onUpdate: look });
  return async () => {
    end();
    wanted = false;
    next();
    await work;
    saying.stop();
  };
}

function nodeSite(options: NodeDoorOptions, saying: Saying): DoorSite {
  const { cluster, informers } = options;
  const own = cluster.networks.map(({ gateway }) => gateway);
  return {
    reaches: () => true,
    reports: false,
    proxies: async () => {
      const { proxiesOf } = await import('./proxies.ts');
      const make = await proxiesOf({ ...options, addresses: own });
      return () => telling(make(), saying);
    },
    ingresses: async (part) => {
      const { IngressPart } = await import('../../gateway/ingress-part.ts');
      return new IngressPart(part);
    },
    gateways: async (part) => {
      const [{ GatewayPart }, { ServiceAddresses }] = await Promise.all([
        import('../../gateway/gateway-part.ts'),
        import('../../gateway/routes/listeners/service-addresses.ts'),
      ]);
      const services = informers.informer(Service).lister;
      const addresses = new ServiceAddresses((name) => services.get(name, DOOR_NAMESPACE), own);
      return new GatewayPart({ ...part, addresses, reports: false });
    },
    release: async () => {},
  };
}

/** Requests are led to a door that says that it serves. */
function telling(proxy: DoorProxy, saying: Saying): DoorProxy {
  return {
    get unserved() {
      return proxy.unserved;
    },
    apply: async (model) => {
      try {
        await proxy.apply(model);
      } catch (error) {
        saying.fails(error);
        throw error;
      }
      saying.say('true');
    },
    stop: async () => {
      saying.say('false');
      await proxy.stop();
    },
  };
}
