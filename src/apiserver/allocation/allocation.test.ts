import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type Body, create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aService } from '../../sim/objects/service.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import type { Store } from '../../store/store.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs';
const PORTS = '/registry/ranges/servicenodeports';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

const aCidr = (name: string, ...cidrs: string[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name },
  spec: { cidrs },
});
const addresses = async (server: SimCluster): Promise<string[]> =>
  (await server.call('GET', ADDRESSES)).body.items.map(({ metadata }: Body) => metadata.name).sort();
const storedPorts = (server: SimCluster) => JSON.parse(String(server.store.get(PORTS)?.value));
const metric = async (server: SimCluster, name: string) => {
  const { body } = await server.call('GET', '/metrics');
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith(name));
};

describe('cluster IPs', () => {
  it('have an IPAddress that refers to the service, as long as the service has them', async () => {
    const server = await simCluster();
    assert.deepEqual(await addresses(server), ['10.96.0.1'], 'of the service kubernetes');
    const { clusterIP } = (await create(server, SERVICES, aService('web'))).spec;
    const { metadata, spec } = (await server.call('GET', `${ADDRESSES}/${clusterIP}`)).body;
    assert.deepEqual(metadata.labels, {
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    });
    assert.deepEqual(spec, { parentRef: { resource: 'services', namespace: 'default', name: 'web' } });
    await server.call(
      'PATCH',
      `${SERVICES}/web`,
      { spec: { type: 'ExternalName', externalName: 'a.b' } },
      MERGE,
    );
    assert.deepEqual(await addresses(server), ['10.96.0.1']);
    const back = await server.call(
      'PATCH',
      `${SERVICES}/web`,
      { spec: { type: 'ClusterIP', externalName: null } },
      MERGE,
    );
    assert.deepEqual(await addresses(server), ['10.96.0.1', back.body.spec.clusterIP].sort());
    await server.call('DELETE', `${SERVICES}/web`);
    assert.deepEqual(await addresses(server), ['10.96.0.1']);
  });

  it('are given back when the service is not stored', async () => {
    const server = await simCluster();
    await create(
      server,
      SERVICES,
      aService('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30010 }] }),
    );
    const before = [await addresses(server), storedPorts(server).data];
    const refused = [
      await server.call('POST', SERVICES, aService('web', { type: 'NodePort' })),
      await server.call(
        'POST',
        SERVICES,
        aService('x', { type: 'NodePort', ports: [{ port: 80, nodePort: 30010 }] }),
      ),
      await server.call('POST', SERVICES, aService('x', { type: 'NodePort', clusterIP: '10.96.0.1' })),
      await server.call(
        'POST',
        SERVICES,
        aService('x', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
      ),
    ];
    assert.deepEqual(
      refused.map(({ status }) => status),
      [409, 422, 422, 422],
    );
    assert.match(
      refused[3]!.body.message,
      /spec.ports\[0\].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767$/,
    );
    assert.deepEqual([await addresses(server), storedPorts(server).data], before);
  });

  it('come from every ServiceCIDR, those that are added at run time too, until all are full', async () => {
    const server = await simCluster({ apiServer: { serviceCidrs: ['10.96.0.0/29'] } });
    for (let i = 0; i < 5; i++) await create(server, SERVICES, aService(`s${i}`));
    const full = await server.call('POST', SERVICES, aService('more'));
    assert.deepEqual(
      [full.status, full.body.message],
      [500, 'Internal error occurred: failed to allocate a serviceIP for Service "more": range is full'],
    );
    const outside = await server.call('POST', SERVICES, aService('named', { clusterIP: '10.97.0.3' }));
    assert.match(
      outside.body.message,
      /spec.clusterIPs: Invalid value: \["10.97.0.3"\]: failed to allocate IP 10.97.0.3: the provided network does not match the current range$/,
    );
    await create(server, CIDRS, aCidr('more', '10.97.0.0/29'));
    await create(server, SERVICES, aService('named', { clusterIP: '10.97.0.3' }));
    for (let i = 5; i < 10; i++) {
      const { clusterIP } = (await create(server, SERVICES, aService(`s${i}`))).spec;
      assert.match(clusterIP, /^10\.97\.0\./);
    }
    assert.equal((await server.call('POST', SERVICES, aService('last'))).status, 500);
    await server.call('DELETE', `${SERVICES}/s7`);
    await create(server, SERVICES, aService('last'));
    assert.equal(new Set(await addresses(server)).size, 12);
  });

  it('do not come from a ServiceCIDR that is not ready or is being deleted', async () => {
    const server = await simCluster({ apiServer: { serviceCidrs: ['10.96.0.0/30'] } });
    await create(server, SERVICES, aService('a'));
    await create(server, CIDRS, { ...aCidr('b', '10.97.0.0/24') });
    const ready = (status: string) => ({
      status: {
        conditions: [
          { type: 'Ready', status, reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
        ],
      },
    });
    await server.call('PATCH', `${CIDRS}/b/status`, ready('False'), MERGE);
    assert.equal((await server.call('POST', SERVICES, aService('b'))).status, 500);
    await server.call('PATCH', `${CIDRS}/b/status`, ready('True'), MERGE);
    await create(server, SERVICES, aService('b'));
    await server.call('PATCH', `${CIDRS}/b`, { metadata: { finalizers: ['a.b/c'] } }, MERGE);
    await server.call('DELETE', `${CIDRS}/b`);
    assert.equal((await server.call('POST', SERVICES, aService('c'))).status, 500);
    const named = await server.call('POST', SERVICES, aService('c', { clusterIP: '10.97.0.9' }));
    assert.match(named.body.message, /the provided network does not match the current range/);
  });

  it('are neither taken nor freed by a dry run', async () => {
    const server = await simCluster();
    await create(server, SERVICES, aService('web', { type: 'NodePort' }));
    const before = [await addresses(server), storedPorts(server)];
    const dry = { query: { dryRun: 'All' } };
    const made = await server.call('POST', SERVICES, aService('dry', { type: 'NodePort' }), dry);
    assert.deepEqual(
      [made.status, made.body.spec.clusterIP, made.body.spec.ports[0].nodePort],
      [201, '10.96.0.0', 32769],
    );
    const external = { spec: { type: 'ExternalName', externalName: 'a.b' } };
    await server.call('PATCH', `${SERVICES}/web`, external, { ...MERGE, ...dry });
    await server.call('DELETE', `${SERVICES}/web`, undefined, dry);
    const outside = await server.call('POST', SERVICES, aService('dry', { clusterIP: '10.1.1.1' }), dry);
    assert.match(outside.body.message, /the provided network does not match the current range/);
    const taken = await server.call(
      'POST',
      SERVICES,
      aService('dry', {
        type: 'NodePort',
        ports: [
          { port: 80, nodePort: (await server.call('GET', `${SERVICES}/web`)).body.spec.ports[0].nodePort },
        ],
      }),
      dry,
    );
    assert.match(taken.body.message, /provided port is already allocated/);
    assert.deepEqual([await addresses(server), storedPorts(server)], before);
  });

  it('are counted, and so are failures', async () => {
    const server = await simCluster({ apiServer: { serviceCidrs: ['10.96.0.0/24'] } });
    await create(server, SERVICES, aService('web'));
    await server.call('POST', SERVICES, aService('x', { clusterIP: '10.96.0.1' }));
    const name = 'kube_apiserver_clusterip_allocator_';
    assert.deepEqual(await metric(server, `${name}all`), [
      `${name}allocated_ips{cidr="10.96.0.0/24"} 2`,
      `${name}allocation_total{cidr="10.96.0.0/24",scope="static"} 1`,
      `${name}allocation_total{cidr="10.96.0.0/24",scope="dynamic"} 1`,
      `${name}allocation_errors_total{cidr="10.96.0.0/24",scope="static"} 1`,
      ...(await metric(server, `${name}allocation_duration_seconds`)),
    ]);
    assert.deepEqual(await metric(server, `${name}available`), [
      `${name}available_ips{cidr="10.96.0.0/24"} 252`,
    ]);
  });
});

describe('node ports', () => {
  it('are shared by ports of a service that differ in protocol, and by nobody else', async () => {
    const server = await simCluster();
    const ports = [
      { name: 'a', port: 53, protocol: 'TCP' },
      { name: 'b', port: 53, protocol: 'UDP' },
    ] as const;
    const { spec } = await create(server, SERVICES, aService('dns', { type: 'NodePort', ports: [...ports] }));
    const { nodePort } = spec.ports[0];
    assert.equal(spec.ports[1].nodePort, nodePort);
    const other = [{ port: 53, protocol: 'UDP' as const, nodePort }];
    const taken = await server.call('POST', SERVICES, aService('x', { type: 'NodePort', ports: other }));
    assert.match(taken.body.message, /provided port is already allocated/);
  });

  it('are kept for health checks, and given back when the service needs them no more', async () => {
    const server = await simCluster();
    const local = {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      allocateLoadBalancerNodePorts: false,
    } as const;
    const { spec } = await create(server, SERVICES, aService('lb', local));
    assert.ok(spec.healthCheckNodePort >= 30000);
    assert.notEqual(storedPorts(server).data, '');
    const taken = await server.call(
      'POST',
      SERVICES,
      aService('x', { ...local, healthCheckNodePort: spec.healthCheckNodePort }),
    );
    assert.deepEqual(
      [taken.status, taken.body.message],
      [
        500,
        `Internal error occurred: failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: provided port is already allocated`,
      ],
    );
    const patched = await server.call(
      'PATCH',
      `${SERVICES}/lb`,
      { spec: { externalTrafficPolicy: 'Cluster' } },
      MERGE,
    );
    assert.equal(patched.body.spec.healthCheckNodePort, undefined);
    assert.equal(storedPorts(server).data, '');
  });

  it('end', async () => {
    const server = await simCluster({ apiServer: { nodePorts: { first: 30000, last: 30001 } } });
    await create(server, SERVICES, aService('a', { type: 'NodePort', ports: [{ port: 80 }] }));
    const two = aService('b', {
      type: 'NodePort',
      ports: [
        { name: 'x', port: 80 },
        { name: 'y', port: 81 },
      ],
    });
    const full = await server.call('POST', SERVICES, two);
    assert.deepEqual(
      [full.status, full.body.message],
      [500, 'Internal error occurred: failed to allocate a nodePort: range is full'],
    );
    await create(server, SERVICES, aService('b', { type: 'NodePort', ports: [{ port: 80 }] }));
    assert.equal(storedPorts(server).data, Buffer.from([3]).toString('base64'));
    assert.equal(storedPorts(server).range, '30000-30001');
  });
});

/** The store as one server sees it, with something that happens on another one just before a write of `key`. */
function interrupted(store: Store, key: string, once: () => Promise<unknown>): Store {
  let done = false;
  const before =
    <A extends [string, ...never[]], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!done && args[0] === key) {
        done = true;
        await once();
      }
      return write.apply(store, args);
    };
  const own: Partial<Store> = { create: before(store.create), update: before(store.update) };
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('two servers over one store', () => {
  const pair = async (key: string, once: (other: SimCluster) => Promise<unknown>) => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const nodePorts = { first: 30000, last: 30001 };
    const other = await simCluster({ clock, apiServer: { store, nodePorts } });
    await create(other, SERVICES, aService('first', { type: 'NodePort' }));
    const seen = interrupted(store, key, () => once(other));
    return { other, server: await simCluster({ clock, seed: 2, apiServer: { store: seen, nodePorts } }) };
  };

  it('do not both take the last port', async () => {
    const { server } = await pair(PORTS, (other) =>
      create(other, SERVICES, aService('fast', { type: 'NodePort' })),
    );
    const slow = await server.call('POST', SERVICES, aService('slow', { type: 'NodePort' }));
    assert.deepEqual([slow.status, storedPorts(server).data], [500, Buffer.from([3]).toString('base64')]);
    await server.call('DELETE', `${SERVICES}/first`);
    await create(server, SERVICES, aService('slow', { type: 'NodePort' }));
  });

  it('do not both take an address when they choose the same', async () => {
    const ip = '10.96.0.77';
    const key = `/registry/networking.k8s.io/ipaddresses/${ip}`;
    const { server } = await pair(key, (other) =>
      create(other, SERVICES, aService('fast', { clusterIP: ip })),
    );
    const slow = await server.call('POST', SERVICES, aService('slow', { clusterIP: ip }));
    assert.match(slow.body.message, /provided IP is already allocated/);
    const { parentRef } = (await server.call('GET', `${ADDRESSES}/${ip}`)).body.spec;
    assert.equal(parentRef.name, 'fast');
  });

  it('give back what they took for a service that the other one has made', async () => {
    const { server, other } = await pair('/registry/services/default/web', (other) =>
      create(other, SERVICES, aService('web')),
    );
    const slow = await server.call('POST', SERVICES, aService('web', { type: 'NodePort' }));
    assert.deepEqual([slow.status, slow.body.reason], [409, 'AlreadyExists']);
    assert.equal((await addresses(other)).length, 3, 'kubernetes, first, web');
    await create(server, SERVICES, aService('more', { type: 'NodePort' }));
  });

  it('never allocate an address or a port twice', async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const settings = { store, serviceCidrs: ['10.96.0.0/26'], nodePorts: { first: 30000, last: 30049 } };
    const servers = [
      await simCluster({ clock, apiServer: settings }),
      await simCluster({ clock, seed: 1, apiServer: settings }),
    ];
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        servers[i % 2]!.call('POST', SERVICES, aService(`s${i}`, { type: 'NodePort' })),
      ),
    );
    const good = made.filter(({ status }) => status === 201).map(({ body }) => body.spec);
    assert.equal(good.length, 50, 'as many as there are ports');
    assert.equal(new Set(good.map(({ clusterIP }) => clusterIP)).size, 50);
    assert.equal(new Set(good.map(({ ports }) => ports[0].nodePort)).size, 50);
    assert.equal((await addresses(servers[0]!)).length, 51, 'nothing is left of the others');
    await Promise.all(servers.map((server) => server.call('DELETE', SERVICES)));
    assert.deepEqual([await addresses(servers[1]!), storedPorts(servers[1]!).data], [[], '']);
  });
});
