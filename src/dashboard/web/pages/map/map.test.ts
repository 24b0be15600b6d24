import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkPolicy } from '../../../../api/kinds/networking/v1/network-policy.ts';
import { seededRandom } from '../../../../kit/random.ts';
import { aDeployment } from '../../../../sim/objects/workloads.ts';
import { graphOf, idOf, type MapInput, OUTSIDE } from './graph.ts';
import { type LayoutEdge, type LayoutNode, layout } from './layout.ts';
import { Policies } from './policies.ts';
import { type PodFacts, workloadsOf } from './workloads.ts';

const pod = (name: string, app: string, more: Partial<PodFacts> = {}): PodFacts => ({
  ...{ namespace: 'shop', name, labels: { app }, ready: '1/1', status: 'Running', ip: '10.0.0.1' },
  ...more,
});
const ofSet = (app: string, number: number, more: Partial<PodFacts> = {}) =>
  pod(`${app}-abc-${number}`, app, {
    labels: { app, 'pod-template-hash': 'abc' },
    owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-abc` },
    ip: `10.0.0.${number}`,
    ...more,
  });
const template = (app: string, replicas = 1) => ({
  kind: 'Deployment',
  object: {
    metadata: { name: app, namespace: 'shop' },
    spec: {
      replicas,
      template: {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  },
});

describe('the workloads of the map', () => {
  it('are what made the pods: the Deployment of a ReplicaSet, other controllers, the pod itself', () => {
    const found = workloadsOf(
      [
        ofSet('web', 1),
        ofSet('web', 2, { ready: '0/1' }),
        pod('db-0', 'db', { owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' } }),
        pod('lone', 'lone'),
        pod('x', 'x', { owner: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'canary' } }),
        pod('done', 'done', { status: 'Completed' }),
      ],
      [template('web', 2), template('empty', 1), template('off', 0)],
    );
    assert.deepEqual(
      found
        .map(({ id, ready, total, ports }) => [id, ready, total, ports.map(({ name }) => name).join()])
        .sort(),
      [
        ['Deployment/shop/empty', 0, 0, 'http'],
        ['Deployment/shop/web', 1, 2, 'http'],
        ['Pod/shop/lone', 1, 1, ''],
        ['Rollout/shop/canary', 1, 1, ''],
        ['StatefulSet/shop/db', 1, 1, ''],
      ],
    );
    assert.deepEqual(found.find(({ kind }) => kind === 'Rollout')?.place, {
      ...{ group: 'argoproj.io', version: 'v1alpha1', plural: 'rollouts', namespace: 'shop', name: 'canary' },
    });
  });

  it('are those that have templates of the same form as the API', () => {
    const [found] = workloadsOf([], [{ kind: 'Deployment', object: aDeployment('d', { replicas: 1 }) }]);
    assert.equal(found?.name, 'd');
  });
});

describe('the map', () => {
  const meta = (name: string) => ({ metadata: { name, namespace: 'shop' } });
  const input: MapInput = {
    workloads: workloadsOf([ofSet('web', 1), ofSet('api', 2)], [template('web'), template('api')]),
    services: [
      { ...meta('web'), spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
      { ...meta('api'), spec: { type: 'LoadBalancer', selector: { app: 'api' }, ports: [{ port: 9000 }] } },
      { ...meta('lost'), spec: { selector: { app: 'lost' }, ports: [{ port: 1 }] } },
    ],
    ingresses: [
      {
        ...meta('shop'),
        spec: {
          rules: [
            { host: 'shop.example', http: { paths: [{ path: '/', backend: { service: { name: 'web' } } }] } },
            {
              host: 'api.example',
              http: { paths: [{ path: '/v1', backend: { service: { name: 'gone' } } }] },
            },
          ],
        },
      },
    ],
    gateways: [{ ...meta('door'), spec: { listeners: [{ name: 'l', port: 443, protocol: 'HTTPS' }] } }],
    routes: [
      {
        kind: 'HTTPRoute',
        route: {
          ...meta('canary'),
          spec: {
            parentRefs: [{ name: 'door' }],
            hostnames: ['shop.example'],
            rules: [
              {
                matches: [{ path: { value: '/new' } }],
                backendRefs: [
                  { name: 'web', weight: 9 },
                  { name: 'api', weight: 1 },
                ],
              },
            ],
          },
        },
      },
    ],
  };
  const { nodes, edges } = graphOf(input);
  const edge = (from: string, to: string) =>
    edges.find((each) => each.from === from && each.to === to)?.label;
  const service = (name: string) => idOf('Service', 'shop', name);

  it('leads from outside through doors and routes to Services and workloads', () => {
    assert.equal(edge(OUTSIDE, idOf('Ingress', 'shop', 'shop')), '');
    assert.equal(edge(idOf('Ingress', 'shop', 'shop'), service('web')), 'shop.example/');
    assert.equal(edge(idOf('Gateway', 'shop', 'door'), idOf('HTTPRoute', 'shop', 'canary')), '');
    assert.equal(edge(idOf('HTTPRoute', 'shop', 'canary'), service('web')), '/new 90 %');
    assert.equal(edge(idOf('HTTPRoute', 'shop', 'canary'), service('api')), '/new 10 %');
    assert.equal(edge(service('web'), 'Deployment/shop/web'), '80 → 8080');
    assert.equal(edge(OUTSIDE, service('api')), '9000');
  });

  it('says what leads nowhere', () => {
    const problem = (id: string) => nodes.find((node) => node.id === id)?.problem;
    assert.equal(problem(service('gone')), 'is not here, or may not be read');
    assert.equal(problem(service('lost')), 'its selector matches no pod');
    assert.equal(problem(service('web')), undefined);
  });
});

describe('policies on the map', () => {
  const workloads = workloadsOf(
    [ofSet('web', 1), ofSet('api', 2), ofSet('db', 3)],
    [template('web'), template('api'), template('db')],
  );
  const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' } },
    ...(spec && { spec }),
  });
  const matchLabels = (app: string) => ({ matchLabels: { app } });
  const policies = new Policies(
    [
      policy('api-from-web', {
        podSelector: matchLabels('api'),
        ingress: [{ from: [{ podSelector: matchLabels('web') }], ports: [{ port: 'http' }] }],
      }),
      policy('db-closed', { podSelector: matchLabels('db') }),
    ],
    new Map([['shop', {}]]),
    workloads,
  );
  const told = (from: string, to: string) => {
    const id = (app: string) => (app === OUTSIDE ? app : `Deployment/shop/${app}`);
    const { answer, ports, why } = policies.between(id(from), id(to));
    return `${answer} ${ports} ${why}`;
  };

  it('are open, allowed on some ports, or denied, and say by which policy', () => {
    assert.equal(told('api', 'web'), 'open all ports no policy');
    assert.equal(told('web', 'api'), 'allowed tcp 8080 by shop/api-from-web');
    assert.equal(told('db', 'api'), 'denied no port ingress: shop/api-from-web');
    assert.equal(told(OUTSIDE, 'db'), 'denied no port ingress: shop/db-closed');
    assert.deepEqual(policies.isolationOf('Deployment/shop/db'), { ingress: ['db-closed'], egress: [] });
  });

  it('are drawn where they let something through', () => {
    const { connections, more } = policies.allowed(10);
    assert.deepEqual(
      [connections.map(({ from, to }) => [from, to]), more],
      [[['Deployment/shop/web', 'Deployment/shop/api']], false],
    );
    assert.equal(policies.around('Deployment/shop/db').length, 6);
  });
});

describe('the layout', () => {
  const sizes = { width: 100, height: 40, across: 60, down: 10 };
  const node = (id: string, column: number): LayoutNode => ({ id, column });

  it('keeps columns, and boxes apart', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 30; round++) {
      const nodes = Array.from({ length: 40 }, (_, i) => node(`n${i}`, Math.floor(random.float() * 4)));
      const edges: LayoutEdge[] = [];
      for (const from of nodes)
        for (const to of nodes)
          if (to.column === from.column + 1 && random.float() < 0.06)
            edges.push({ from: from.id, to: to.id });
      const { at, width, height } = layout(nodes, edges, sizes);
      assert.equal(at.size, nodes.length);
      const boxes = [...at.values()];
      for (const [i, one] of boxes.entries()) {
        assert.ok(one.x >= 0 && one.y >= -0.001 && one.x + 100 <= width && one.y + 40 <= height + 0.001);
        for (const other of boxes.slice(i + 1))
          assert.ok(one.x !== other.x || Math.abs(one.y - other.y) >= 49.999, `round ${round}`);
      }
    }
  });

  it('puts a chain on one line, and children around their parent', () => {
    const chain = layout(
      [node('a', 0), node('b', 1), node('c', 2)],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
      sizes,
    );
    assert.deepEqual(
      [...chain.at.values()].map(({ y }) => y),
      [0, 0, 0],
    );
    const fan = layout(
      [node('a', 0), node('b', 1), node('c', 1)],
      [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
      ],
      sizes,
    );
    assert.deepEqual([fan.at.get('a')?.y, fan.at.get('b')?.y, fan.at.get('c')?.y], [25, 0, 50]);
  });

  it('uncrosses what can be uncrossed', () => {
    const nodes = [node('a', 0), node('b', 0), node('x', 1), node('y', 1)];
    const edges = [
      { from: 'a', to: 'y' },
      { from: 'b', to: 'x' },
      { from: 'b', to: 'y' },
    ];
    const { at } = layout(nodes, edges, sizes);
    const isAbove = (one: string, other: string) => at.get(one)!.y < at.get(other)!.y;
    assert.equal(isAbove('a', 'b'), isAbove('y', 'x'));
  });
});
