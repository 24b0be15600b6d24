// What the controllers in this folder rely on in every provider, part by part. Each implementation runs it with the parts that it has.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aService } from '../../sim/objects/service.ts';
import type { CloudProvider, Instances, LoadBalancers, Routes } from './provider.ts';

export interface ProviderSubject {
  readonly provider: CloudProvider;
  stop?(): Promise<void>;
}

/** `machines`: names of nodes that have one, the second of which is shut down. None where there are no instances. */
export function cloudProviderContract(
  name: string,
  machines: readonly [string, string] | undefined,
  start: () => Promise<ProviderSubject>,
): void {
  describe(`the contract of cloud providers: ${name}`, () => {
    let subject: ProviderSubject;
    beforeEach(async () => {
      subject = await start();
    });
    afterEach(() => subject.stop?.());
    if (machines) instancesContract(machines, () => subject.provider.instances!);
    describe('routes', () => routesContract(() => subject.provider.routes));
    describe('load balancers', () => loadBalancersContract(() => subject.provider.loadBalancers));
  });
}

function instancesContract([first, second]: readonly [string, string], instances: () => Instances): void {
  const withID = async (name: string): Promise<Node> => {
    const { providerID } = (await instances().metadata(aNode(name)))!;
    return aNode(name, {}, { providerID: providerID! });
  };

  it('a machine is found by the node’s name, and then by the id that it has', async () => {
    const metadata = await instances().metadata(aNode(first));
    assert.match(metadata?.providerID ?? '', /^[^:]+:\/\/.+/);
    assert.deepEqual(await instances().metadata(await withID(first)), metadata);
    assert.notEqual((await withID(second)).spec?.providerID, metadata?.providerID);
  });

  it('a machine that is shut down exists', async () => {
    assert.deepEqual(
      [await instances().exists(aNode(second)), await instances().isShutDown(aNode(second))],
      [true, true],
    );
    assert.equal(await instances().isShutDown(await withID(first)), false);
  });

  it('of a node without a machine nothing is known', async () => {
    for (const node of [aNode('nobody'), aNode('nobody', {}, { providerID: 'other://1' })]) {
      assert.equal(await instances().exists(node), false);
      assert.equal(await instances().metadata(node), undefined);
    }
  });
}

function routesContract(given: () => Routes | undefined): void {
  const route = { targetNode: 'n1', destinationCIDR: '10.200.1.0/24' };
  const listed = async (routes: Routes) =>
    (await routes.list()).map(({ targetNode, destinationCIDR }) => `${targetNode} ${destinationCIDR}`);

  it('are listed when they are made, once, and not when they are removed', async (t) => {
    const routes = given();
    if (!routes) return t.skip('it has no routes');
    await routes.create('uid-1', route);
    await routes.create('uid-1', route);
    await routes.create('uid-2', { ...route, targetNode: 'n2', destinationCIDR: '10.200.2.0/24' });
    assert.deepEqual((await listed(routes)).sort(), ['n1 10.200.1.0/24', 'n2 10.200.2.0/24']);
    const [first] = await routes.list();
    await routes.remove(first!);
    await routes.remove(first!);
    assert.equal((await listed(routes)).length, 1);
  });
}

function loadBalancersContract(given: () => LoadBalancers | undefined): void {
  const named = (name: string, port = 80): Service => {
    const ports = [{ port, protocol: 'TCP' as const, nodePort: 30_000 + port }];
    const service = aService(name, { type: 'LoadBalancer', ports });
    return { ...service, metadata: { ...service.metadata, uid: `uid-of-${name}` } };
  };
  const nodes = [aNode('n1'), aNode('n2')];

  it('are there from the first time that they are asked for until they are removed', async (t) => {
    const balancers = given();
    if (!balancers) return t.skip('it has no load balancers');
    const web = named('web');
    assert.equal(await balancers.find(web), undefined);
    const status = await balancers.ensure(web, nodes);
    assert.ok(status.ingress?.[0]?.ip ?? status.ingress?.[0]?.hostname);
    assert.notEqual(await balancers.find(web), undefined);
    await balancers.remove(web);
    assert.equal(await balancers.find(web), undefined);
  });

  it('are the same however often they are asked for or removed', async (t) => {
    const balancers = given();
    if (!balancers) return t.skip('it has no load balancers');
    const web = named('web');
    const first = await balancers.ensure(web, nodes);
    assert.deepEqual(await balancers.ensure(web, nodes), first);
    await balancers.update(web, nodes.slice(1));
    assert.deepEqual(await balancers.ensure(web, []), first, 'also without nodes');
    await balancers.remove(web);
    await balancers.remove(web);
    await balancers.remove(named('never-there'));
  });

  it('do not mix up two Services with one port', async (t) => {
    const balancers = given();
    if (!balancers) return t.skip('it has no load balancers');
    const [web, shop] = [named('web'), named('shop')];
    const one = await balancers.ensure(web, nodes);
    assert.notDeepEqual(await balancers.ensure(shop, nodes), one);
    await balancers.remove(shop);
    assert.notEqual(await balancers.find(web), undefined);
    await balancers.remove(web);
  });
}
