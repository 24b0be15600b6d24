import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { gatewayDefinitions } from '../../../api/gateways/definitions.ts';
import { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { BackendTLSPolicy } from '../../../api/kinds/gateway/v1/backend-tls-policy.ts';
import { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../../../api/kinds/gateway/v1/gateway-class.ts';
import { HTTPRoute, type HTTPRouteRule } from '../../../api/kinds/gateway/v1/http-route.ts';
import { TLSRoute } from '../../../api/kinds/gateway/v1/stream-routes.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { aGateway, aRoute, aStreamRoute, to } from '../../../gateway/routes/testing/objects.fake.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { installGatewayApi } from './gateway-api.ts';

const definitions = gatewayDefinitions();
const names = definitions.map(({ metadata }) => metadata.name!);

async function installed(t: TestContext): Promise<SimCluster> {
  const cluster = await simCluster({}, t);
  await installGatewayApi(cluster.client, true);
  return cluster;
}

/** As they are created: in the namespace default, without what the server sets. */
const inDefault = <T extends { metadata: object }>(object: T, name = 'x'): T => ({
  ...object,
  metadata: { name, namespace: 'default' },
});

describe('the Gateway API of a new cluster', () => {
  it('is served in the versions of its standard channel, with a class', async (t) => {
    const { client, call } = await installed(t);
    const { body } = await call('GET', '/apis');
    const { groups } = body as { groups: { name: string; versions: { version: string }[] }[] };
    const group = groups.find(({ name }) => name === 'gateway.networking.k8s.io');
    assert.deepEqual(
      group?.versions.map(({ version }) => version),
      ['v1', 'v1beta1'],
    );
    for (const [version, expected] of [
      [
        'v1',
        [
          'backendtlspolicies btlspolicy',
          'gatewayclasses gc',
          'gateways gtw',
          'grpcroutes',
          'httproutes',
          'listenersets lset',
          'referencegrants refgrant',
          'tcproutes',
          'tlsroutes',
          'udproutes',
        ],
      ],
      ['v1beta1', ['gatewayclasses gc', 'gateways gtw', 'httproutes', 'referencegrants refgrant']],
    ] as const) {
      const found = await call('GET', `/apis/gateway.networking.k8s.io/${version}`);
      const { resources } = found.body as { resources: { name: string; shortNames?: string[] }[] };
      const kinds = resources.filter(({ name }) => !name.includes('/'));
      assert.deepEqual(
        kinds.map(({ name, shortNames = [] }) => [name, ...shortNames].join(' ')),
        expected,
      );
    }
    const { items } = await client.list(GatewayClass);
    assert.deepEqual(
      items.map(({ metadata, spec }) => [metadata.name, spec.controllerName]),
      [['tiphys', 'tiphys.io/gateway-controller']],
    );
  });

  it("has upstream's defaults", async (t) => {
    const { client } = await installed(t);
    const gateway = await client.create(
      Gateway,
      inDefault(aGateway('x', [{ tls: { certificateRefs: [{ name: 'c' }] }, protocol: 'HTTPS' }])),
    );
    const [listener] = gateway.spec.listeners;
    assert.deepEqual(listener!.allowedRoutes, { namespaces: { from: 'Same' } });
    assert.deepEqual(listener!.tls, {
      certificateRefs: [{ group: '', kind: 'Secret', name: 'c' }],
      mode: 'Terminate',
    });
    assert.deepEqual(
      gateway.status?.conditions?.map(({ type, status, reason }) => [type, status, reason]),
      [
        ['Accepted', 'Unknown', 'Pending'],
        ['Programmed', 'Unknown', 'Pending'],
      ],
    );
    const { spec } = await client.create(HTTPRoute, inDefault(aRoute('x', [{ backendRefs: [to('s')] }])));
    assert.deepEqual(spec.parentRefs, [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }]);
    assert.deepEqual(spec.rules, [
      {
        backendRefs: [{ group: '', kind: 'Service', name: 's', port: 80, weight: 1 }],
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      },
    ]);
    const { rules: _, ...without } = aRoute('y').spec;
    const bare = await client.create(HTTPRoute, inDefault({ ...aRoute('y'), spec: without }, 'y'));
    assert.deepEqual(bare.spec.rules, [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }]);
  });

  it('refuses what upstream refuses', async (t) => {
    const { client } = await installed(t);
    const refused = (made: Promise<unknown>, text: RegExp) => assert.rejects(made, text);
    const gateway = (...listeners: Parameters<typeof aGateway>[1] & {}) =>
      client.create(Gateway, inDefault(aGateway('x', listeners)));
    await refused(gateway({ tls: { mode: 'Passthrough' } }), /HTTP, TCP or UDP must not have tls/);
    await refused(gateway({ protocol: 'TLS' }), /must have a tls mode/);
    await refused(gateway({ protocol: 'TCP', hostname: 'a.test' }), /must not have a hostname/);
    await refused(gateway({}, { name: 'other' }), /must be unique for each listener/);
    await refused(gateway({ port: 0 }), /greater than or equal to 1/);
    const rule = (one: HTTPRouteRule) => client.create(HTTPRoute, inDefault(aRoute('x', [one])));
    await refused(rule({ backendRefs: [{ name: 's' }] }), /a reference to a Service needs a port/);
    await refused(rule({ matches: [{ path: { value: 'a' } }] }), /must begin with '\/'/);
    await refused(rule({ matches: [{ path: { value: '/a//b' } }] }), /must not contain '\/\/'/);
    await refused(rule({ filters: [{ type: 'CORS' }] }), /filters of type CORS need filter.cors/);
    const redirect = { type: 'RequestRedirect' as const, requestRedirect: { scheme: 'https' as const } };
    await refused(
      rule({ filters: [redirect], backendRefs: [to('s')] }),
      /must not be used together with backendRefs/,
    );
    await refused(rule({ filters: [redirect, redirect] }), /only one filter of type RequestRedirect/);
    await refused(
      rule({ timeouts: { request: '1s', backendRequest: '2s' } }),
      /must not be longer than request/,
    );
    const many = Array.from({ length: 3 }, () => ({ matches: Array.from({ length: 64 }, () => ({})) }));
    await refused(client.create(HTTPRoute, inDefault(aRoute('x', many))), /more than 128 matches/);
    const twice = { parentRefs: [{ name: 'gw' }, { name: 'gw' }] };
    await refused(client.create(HTTPRoute, inDefault(aRoute('x', [{}], twice))), /different sectionNames/);
    await refused(
      client.create(
        TLSRoute,
        inDefault(aStreamRoute('TLSRoute', 'x', 's', { hostnames: ['1.2.3.4'] }) as TLSRoute),
      ),
      /must not be addresses/,
    );
    const policy = (validation: BackendTLSPolicy['spec']['validation']): BackendTLSPolicy => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'BackendTLSPolicy',
      metadata: { name: 'x', namespace: 'default' },
      spec: { targetRefs: [{ group: '', kind: 'Service', name: 's' }], validation },
    });
    await refused(
      client.create(BackendTLSPolicy, policy({ hostname: 'a.test' })),
      /wellKnownCACertificates must be set/,
    );
    const change = { spec: { controllerName: 'example.com/other' } };
    await refused(client.patch(GatewayClass, 'tiphys', undefined, 'merge', change), /immutable/);
  });
});

describe('definitions that somebody else brings', () => {
  it('are applied over ours without a conflict, with versions that are not served', async (t) => {
    const { client } = await installed(t);
    for (const one of definitions) {
      const [version] = one.spec.versions;
      const old = { ...version!, name: 'v1alpha2', served: false, storage: false };
      const theirs = { ...one, spec: { ...one.spec, versions: [...one.spec.versions, old] } };
      const { name = '' } = one.metadata;
      await client.patch(CustomResourceDefinition, name, undefined, 'apply', theirs, {
        fieldManager: 'kubectl',
      });
      const { spec } = await client.get(CustomResourceDefinition, name);
      assert.equal(spec.versions.length, one.spec.versions.length + 1);
    }
  });

  it('stay as they are at the next start, and a deleted class stays away', async (t) => {
    const { client } = await installed(t);
    await client.patch(CustomResourceDefinition, names[0]!, undefined, 'merge', {
      spec: { names: { categories: ['all'] } },
    });
    await client.delete(GatewayClass, 'tiphys');
    await installGatewayApi(client, true);
    const { spec } = await client.get(CustomResourceDefinition, names[0]!);
    assert.deepEqual(spec.names.categories, ['all']);
    await assert.rejects(client.get(GatewayClass, 'tiphys'), isNotFound);
  });
});

it('a cluster without a door has no class', async (t) => {
  const { client } = await simCluster({}, t);
  await installGatewayApi(client, false);
  assert.deepEqual((await client.list(GatewayClass)).items, []);
});
