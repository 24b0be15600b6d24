// The door on a simulated API server, with a proxy that only remembers what it was given.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Event } from '../api/kinds/core/v1/event.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Ingress } from '../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../api/kinds/networking/v1/ingress-class.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { silentLogger } from '../kit/log.ts';
import { simCluster } from '../sim/cluster.ts';
import { Door } from './door.ts';
import { CONTROLLER } from './ingress/classes.ts';
import { anIngress, aSecret } from './ingress/world.fake.ts';
import { IngressPart } from './ingress-part.ts';
import type { DoorModel } from './model/model.ts';

const ADDRESS = '127.77.0.1';
const ours = { ingressClassName: 'tiphys' };
const inDefault = (ingress: Ingress): Ingress => ({
  ...ingress,
  metadata: {
    name: ingress.metadata.name!,
    namespace: 'default',
    annotations: ingress.metadata.annotations ?? {},
  },
});

async function open(t: TestContext) {
  const cluster = await simCluster({}, t);
  const { client, clock, random } = cluster;
  const log = silentLogger;
  // A request for which it has no right fails the test when the cluster is stopped.
  const own = cluster.clientOf('tiphys:ingress-controller');
  const proxy = { model: undefined as DoorModel | undefined, made: 0, broken: false };
  const door = new Door({
    clock,
    log,
    makeProxy: () => {
      proxy.made++;
      return {
        apply: async (model) => {
          if (proxy.broken) throw new Error('HAProxy is not installed');
          proxy.model = model;
        },
        unserved: [],
        stop: async () => {
          proxy.model = undefined;
        },
      };
    },
  });
  await client.create(IngressClass, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'tiphys' },
    spec: { controller: CONTROLLER },
  });
  const part = new IngressPart({
    client: own,
    informers: new InformerFactory({ client: own, clock, random, log }),
    network: new InformerFactory({ client, clock, random, log }),
    reaches: () => true,
    shown: () => [{ ip: ADDRESS }],
    clock,
    random,
    log,
  });
  await door.add(part);
  t.after(() => door.stop());
  const until = (check: () => boolean | Promise<boolean>) => cluster.until('the door to follow', check, 20);
  const reasons = async () => (await client.list(Event, {})).items.map(({ reason }) => reason);
  return { client, proxy, until, reasons };
}

describe('the door', () => {
  it('serves Ingresses of its class only, and shows them its address', async (t) => {
    const { client, proxy, until, reasons } = await open(t);
    await client.create(Ingress, inDefault(anIngress('other', 'o.test', [['/', 'Prefix', 'a']])));
    await client.create(Ingress, inDefault(anIngress('mine', 'h.test', [['/', 'Prefix', 'a']], ours)));
    await until(() => proxy.model?.routes.length === 1);
    assert.equal(proxy.model!.routes[0]!.host, 'h.test');
    await until(async () => {
      const { status } = await client.get(Ingress, 'mine', 'default');
      return status?.loadBalancer?.ingress?.[0]?.ip === ADDRESS;
    });
    assert.equal((await client.get(Ingress, 'other', 'default')).status?.loadBalancer?.ingress, undefined);
    await until(async () => (await reasons()).includes('Sync'));
  });

  it('has no proxy without an Ingress of its class', async (t) => {
    const { client, proxy, until } = await open(t);
    assert.equal(proxy.made, 0);
    await client.create(Ingress, inDefault(anIngress('mine', 'h.test', [['/', 'Prefix', 'a']], ours)));
    await until(() => proxy.model !== undefined);
    await client.delete(Ingress, 'mine', 'default');
    await until(() => proxy.model === undefined);
  });

  it('follows a Secret that an Ingress names', async (t) => {
    const { client, proxy, until, reasons } = await open(t);
    const annotations = { 'auth-type': 'basic', 'auth-secret': 'users' };
    const guarded = anIngress('mine', 'h.test', [['/', 'Prefix', 'a']], { ...ours, annotations });
    await client.create(Ingress, inDefault(guarded));
    const policy = () => [...(proxy.model?.backends.values() ?? [])][0]?.policy;
    await until(() => policy()?.closed === 503);
    await until(async () => (await reasons()).includes('Rejected'));
    const hash = `$6$ab$${'x'.repeat(86)}`;
    const { metadata, ...secret } = aSecret('users', { auth: `ali:${hash}` });
    await client.create(Secret, { ...secret, metadata: { ...metadata, namespace: 'default' } });
    await until(() => policy()?.auth?.users[0]?.name === 'ali');
  });

  it('tells why nothing is served, and tries again', async (t) => {
    const { client, proxy, until, reasons } = await open(t);
    proxy.broken = true;
    await client.create(Ingress, inDefault(anIngress('mine', 'h.test', [['/', 'Prefix', 'a']], ours)));
    await until(async () => (await reasons()).includes('NotServed'));
    assert.equal((await client.get(Ingress, 'mine', 'default')).status?.loadBalancer?.ingress, undefined);
    proxy.broken = false;
    await until(() => proxy.model !== undefined);
  });
});
