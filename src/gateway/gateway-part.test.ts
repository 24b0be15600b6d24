// Gateways on a simulated API server, with a proxy that only remembers what it was given.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { CustomResourceDefinition } from '../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Gateway } from '../api/kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../api/kinds/gateway/v1/gateway-class.ts';
import { HTTPRoute } from '../api/kinds/gateway/v1/http-route.ts';
import { RoutePolicy } from '../api/kinds/gateway/v1alpha1/route-policy.ts';
import type { AnyResource } from '../api/meta/v1/resource.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { installGatewayApi } from '../cluster/control-plane/apis/gateway-api.ts';
import { silentLogger } from '../kit/log.ts';
import { simCluster } from '../sim/cluster.ts';
import { Door } from './door.ts';
import { reportGatewayClasses } from './gateway-classes.ts';
import { GatewayPart, type GatewayPartOptions } from './gateway-part.ts';
import type { Unserved } from './haproxy/ports.ts';
import type { DoorModel } from './model/model.ts';
import { PoolAddresses } from './routes/listeners/addresses.ts';
import { aGateway, aRoute, aRoutePolicy, POOL, to } from './routes/testing/objects.fake.ts';

const inDefault = <T extends { metadata: { name?: string } }>(object: T): T => ({
  ...object,
  metadata: { name: object.metadata.name, namespace: 'default' },
});

async function open(t: TestContext, without?: AnyResource, fetchKeySet?: GatewayPartOptions['fetchKeySet']) {
  const cluster = await simCluster({}, t);
  const { client, clock, random } = cluster;
  await installGatewayApi(client, true);
  if (without)
    await client.delete(CustomResourceDefinition, `${without.resource.plural}.${without.resource.group}`);
  const log = silentLogger;
  // A request for which it has no right fails the test when the cluster is stopped.
  const own = cluster.clientOf('tiphys:ingress-controller');
  const informers = new InformerFactory({ client: own, clock, random, log });
  const network = new InformerFactory({ client, clock, random, log });
  const proxy = { model: undefined as DoorModel | undefined, broken: false, unserved: [] as Unserved[] };
  const apply = async (model: DoorModel) => {
    if (proxy.broken) throw new Error('HAProxy is not installed');
    proxy.model = model;
  };
  const stop = async () => {
    proxy.model = undefined;
  };
  const door = new Door({ clock, log, makeProxy: () => ({ apply, stop, unserved: proxy.unserved }) });
  const held: string[][] = [];
  const part = new GatewayPart({
    ...{ client: own, informers, network, clock, random, log },
    reaches: () => true,
    addresses: new PoolAddresses(POOL),
    reports: true,
    hold: async (addresses) => void held.push([...addresses]),
    ...(fetchKeySet && { fetchKeySet }),
  });
  informers.informer(GatewayClass);
  t.after(reportGatewayClasses({ client: own, informers, clock, log }));
  await door.add(part);
  t.after(() => door.stop());
  const until = (what: string, check: () => boolean | Promise<boolean>) => cluster.until(what, check, 20);
  return { cluster, client, proxy, until, held };
}

type Conditions = readonly { readonly type: string; readonly status: string; readonly reason: string }[];

const reasonOf = (conditions: Conditions | undefined, type: string): string | undefined => {
  const found = conditions?.find((one) => one.type === type);
  return found && `${found.status} ${found.reason}`;
};

describe('Gateways', () => {
  it('are served at an address, and they and their routes say so', async (t) => {
    const { client, proxy, until, held } = await open(t);
    await client.create(Gateway, inDefault(aGateway()));
    await client.create(
      Gateway,
      inDefault({ ...aGateway('other'), spec: { ...aGateway().spec, gatewayClassName: 'other' } }),
    );
    await client.create(HTTPRoute, inDefault(aRoute('r', [{ backendRefs: [to('s')] }])));
    await until('the Gateway to be programmed', async () => {
      const { status } = await client.get(Gateway, 'gw', 'default');
      return (
        reasonOf(status?.conditions, 'Programmed') === 'True Programmed' &&
        status?.listeners?.[0]?.attachedRoutes === 1
      );
    });
    const { status, metadata } = await client.get(Gateway, 'gw', 'default');
    assert.deepEqual(
      status?.addresses?.map(({ value }) => value),
      ['127.77.0.2', '10.79.0.2'],
    );
    assert.ok(
      status?.conditions?.every(({ observedGeneration }) => observedGeneration === metadata.generation),
    );
    assert.deepEqual(held.at(-1), ['127.77.0.2', '10.79.0.2']);
    assert.equal(proxy.model?.entrances.length, 1);
    await until('the route to be accepted', async () => {
      const [parent] = (await client.get(HTTPRoute, 'r', 'default')).status?.parents ?? [];
      return reasonOf(parent?.conditions, 'Accepted') === 'True Accepted';
    });
    const [parent] = (await client.get(HTTPRoute, 'r', 'default')).status!.parents;
    assert.equal(reasonOf(parent?.conditions, 'ResolvedRefs'), 'False BackendNotFound');
    assert.equal((await client.get(Gateway, 'other', 'default')).status?.addresses, undefined);
  });

  it('close routes until the keys of their tokens have been read from a URL', async (t) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const asked: string[] = [];
    let answer = () => {};
    const read = new Promise<string>((resolve) => {
      answer = () => resolve(JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }));
    });
    const { client, proxy, until } = await open(t, undefined, (url) => {
      asked.push(url);
      return read;
    });
    await client.create(Gateway, inDefault(aGateway()));
    await client.create(HTTPRoute, inDefault(aRoute('r', [{ backendRefs: [to('s')] }])));
    const jwt = { issuer: 'https://issuer.test', keysURL: 'https://issuer.test/keys' };
    const target = { kind: 'HTTPRoute' as const, name: 'r' };
    await client.create(RoutePolicy, inDefault(aRoutePolicy('p', target, { jwt })));
    const policies = () => [...(proxy.model?.backends.values() ?? [])].map(({ policy }) => policy);
    await until('the route to be closed', () => policies()[0]?.closed === 503);
    answer();
    await until('the keys', () => policies()[0]?.jwt?.keys[0]?.algorithm === 'ES256');
    assert.deepEqual(asked, ['https://issuer.test/keys']);
    await assert.rejects(
      client.create(RoutePolicy, inDefault(aRoutePolicy('q', target, { jwt: { issuer: 'i' } }))),
      /either keys or keysURL must be set/,
    );
  });

  it('have their status written once per change', async (t) => {
    const { cluster, client, until } = await open(t);
    await client.create(Gateway, inDefault(aGateway()));
    await client.create(HTTPRoute, inDefault(aRoute('r', [{}])));
    const versions = async () => [
      (await client.get(Gateway, 'gw', 'default')).metadata.resourceVersion,
      (await client.get(HTTPRoute, 'r', 'default')).metadata.resourceVersion,
    ];
    await until('the route to be attached', async () => {
      const { status } = await client.get(Gateway, 'gw', 'default');
      return status?.listeners?.[0]?.attachedRoutes === 1;
    });
    await cluster.step(1_000);
    const before = await versions();
    await cluster.step(30_000);
    assert.deepEqual(await versions(), before);
  });

  it('follow a Secret that a listener names', async (t) => {
    const { client, until } = await open(t);
    const tls = { certificateRefs: [{ name: 'c' }] };
    await client.create(Gateway, inDefault(aGateway('gw', [{ protocol: 'HTTPS', port: 443, tls }])));
    const message = async () => {
      const { status } = await client.get(Gateway, 'gw', 'default');
      return status?.listeners?.[0]?.conditions.find(({ type }) => type === 'ResolvedRefs')?.message;
    };
    await until('the Secret to be missed', async () => /does not exist/.test((await message()) ?? ''));
    const stringData = { 'tls.crt': 'nothing', 'tls.key': 'nothing' };
    await client.create(Secret, {
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
      metadata: { name: 'c', namespace: 'default' },
      stringData,
    });
    await until('the Secret to be read', async () => /Secret c of tls: /.test((await message()) ?? ''));
  });

  it('are not programmed while the proxy does not serve them', async (t) => {
    const { client, proxy, until } = await open(t);
    proxy.broken = true;
    await client.create(Gateway, inDefault(aGateway()));
    const programmed = async () =>
      reasonOf((await client.get(Gateway, 'gw', 'default')).status?.conditions, 'Programmed');
    await until('the Gateway to say so', async () => (await programmed()) === 'False Pending');
    proxy.broken = false;
    await until('the Gateway to be programmed', async () => (await programmed()) === 'True Programmed');
  });

  it('have no listener at a port that another program has', async (t) => {
    const { client, proxy, until } = await open(t);
    proxy.unserved.push({ entrance: 'default_gw_Gateway_81', address: '127.77.0.2', reason: 'EADDRINUSE' });
    await client.create(Gateway, inDefault(aGateway('gw', [{}, { name: 'other', port: 81 }])));
    await until('the listener to say so', async () => {
      const { status } = await client.get(Gateway, 'gw', 'default');
      const [one, other] = status?.listeners ?? [];
      return (
        reasonOf(one?.conditions, 'Programmed') === 'True Programmed' &&
        reasonOf(other?.conditions, 'Accepted') === 'False PortUnavailable' &&
        reasonOf(status?.conditions, 'Accepted') === 'True ListenersNotValid'
      );
    });
  });

  it('are served while the definition of another kind is missing, and have it when it comes', async (t) => {
    const { client, until } = await open(t, HTTPRoute);
    await client.create(Gateway, inDefault(aGateway()));
    const attached = async () =>
      (await client.get(Gateway, 'gw', 'default')).status?.listeners?.[0]?.attachedRoutes;
    await until('the Gateway to be programmed', async () => (await attached()) === 0);
    await installGatewayApi(client, true);
    await client.create(HTTPRoute, inDefault(aRoute('r')));
    await until('the route to be attached', async () => (await attached()) === 1);
  });
});

describe('the status of a route', () => {
  it('keeps the entries of others, and loses ours with the parentRef', async (t) => {
    const { client, until } = await open(t);
    await client.create(Gateway, inDefault(aGateway()));
    await client.create(
      HTTPRoute,
      inDefault(aRoute('r', [{}], { parentRefs: [{ name: 'gw' }, { name: 'theirs' }] })),
    );
    const controllers = async () =>
      (await client.get(HTTPRoute, 'r', 'default')).status?.parents.map(
        ({ controllerName }) => controllerName,
      ) ?? [];
    await until('our entry', async () => (await controllers()).length === 1);
    const { status } = await client.get(HTTPRoute, 'r', 'default');
    const theirs = {
      ...status!.parents[0]!,
      controllerName: 'example.com/other',
      parentRef: { name: 'theirs' },
    };
    const parents = [...status!.parents, theirs];
    await client.patch(
      HTTPRoute,
      'r',
      'default',
      'merge',
      { status: { parents } },
      { subresource: 'status' },
    );
    const spec = { parentRefs: [{ name: 'theirs' }] };
    await client.patch(HTTPRoute, 'r', 'default', 'merge', { spec });
    await until('our entry to go', async () => (await controllers()).join() === 'example.com/other');
  });
});

describe('GatewayClasses', () => {
  it('of our controller are accepted and say what they can; others are left alone', async (t) => {
    const { client, until } = await open(t);
    const other = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'other' },
    };
    await client.create(GatewayClass, { ...other, spec: { controllerName: 'example.com/other' } });
    const reason = async (name: string, type: string) =>
      reasonOf((await client.get(GatewayClass, name)).status?.conditions, type);
    await until(
      'the class to be accepted',
      async () => (await reason('tiphys', 'Accepted')) === 'True Accepted',
    );
    assert.equal(await reason('tiphys', 'SupportedVersion'), 'True SupportedVersion');
    const { status } = await client.get(GatewayClass, 'tiphys');
    assert.ok(status?.supportedFeatures?.some(({ name }) => name === 'HTTPRoute'));
    assert.equal(await reason('other', 'Accepted'), 'Unknown Pending');
    const parametersRef = { group: '', kind: 'ConfigMap', name: 'x', namespace: 'default' };
    await client.patch(GatewayClass, 'tiphys', undefined, 'merge', { spec: { parametersRef } });
    await until(
      'the class to be refused',
      async () => (await reason('tiphys', 'Accepted')) === 'False InvalidParameters',
    );
  });
});
