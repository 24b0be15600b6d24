// What packets must do under the service proxy's rules, for one family of addresses.
import assert from 'node:assert/strict';
import type { Service } from '../../../src/api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import { type Addresses, aService, endpoints } from './objects.ts';
import type { Question } from './peer.ts';

type Ports = NonNullable<NonNullable<Service['spec']>['ports']>;
type Client = 'p1' | 'p2' | 'far' | 'outside' | 'node';

export interface Scene {
  /** Resolves when the kernel has the rules. */
  put(service: Service, endpoints: readonly EndpointSlice[]): Promise<void>;
  remove(name: string): Promise<void>;
  at(facts: { readonly zone?: string; readonly cidrs?: readonly string[] }): Promise<void>;
  /** Another process takes over. */
  restart(): Promise<void>;
  ask(from: Client, question: Question, times?: number): Promise<string[]>;
  run(...command: string[]): Promise<string>;
}

const tcp = (host: string, port = 80): Question => ({ protocol: 'tcp', host, port });
const udp = (host: string, from?: number): Question => ({
  protocol: 'udp',
  host,
  port: 80,
  ...(from && { from }),
});
const distinct = (answers: readonly string[]) => [...new Set(answers)].sort();
const names = (answers: readonly string[]) => distinct(answers.map((answer) => answer.split(' ')[0]!));
const UDP: Ports = [{ name: 'p', port: 80, protocol: 'UDP' }];

export const CASES: Record<string, (scene: Scene, all: Addresses) => Promise<void>> = {
  'a cluster IP leads to every endpoint; the server sees the pod, and the node for clients outside': async (
    s,
    a,
  ) => {
    await s.put(aService(a), endpoints(a, ['p1', 'p2', 'far']));
    assert.deepEqual(names(await s.ask('p1', tcp(a.cluster), 40)), ['far', 'p1', 'p2']);
    assert.deepEqual(distinct(await s.ask('far', tcp(a.cluster), 40)).includes(`p1 ${a.far}`), true);
    const outside = distinct(await s.ask('outside', tcp(a.cluster), 20));
    assert.ok(
      outside.every((answer) => !answer.includes(a.outside)),
      outside.join(),
    );
  },
  'a pod reaches itself through its Service': async (s, a) => {
    await s.put(aService(a), endpoints(a, { p1: { nodeName: undefined } }));
    assert.deepEqual(names(await s.ask('p1', tcp(a.cluster), 4)), ['p1']);
  },
  'without endpoints connections are refused, and so are other ports; unused addresses of the range are silent':
    async (s, a) => {
      await s.at({ cidrs: [a.services] });
      await s.put(aService(a), endpoints(a, []));
      for (const client of ['p1', 'node', 'outside'] as const)
        assert.deepEqual(await s.ask(client, tcp(a.cluster)), ['ECONNREFUSED'], client);
      assert.deepEqual(await s.ask('p1', tcp(a.cluster, 81)), ['ECONNREFUSED']);
      for (const client of ['p1', 'node'] as const)
        assert.deepEqual(await s.ask(client, tcp(a.unused)), ['silence'], client);
      await s.at({ cidrs: [] });
    },
  'node ports answer on the node’s address, not on others of it': async (s, a) => {
    const ports = [{ name: 'p', port: 80, nodePort: 30_080 }];
    await s.put(aService(a, { type: 'NodePort', ports }), endpoints(a, ['p1']));
    for (const client of ['outside', 'p2', 'node'] as const)
      assert.deepEqual(names(await s.ask(client, tcp(a.node, 30_080))), ['p1'], client);
    assert.deepEqual(await s.ask('p1', tcp(a.gateway, 30_080)), ['ECONNREFUSED']);
  },
  'externalTrafficPolicy Local: the node’s endpoints see clients outside; clients inside reach all': async (
    s,
    a,
  ) => {
    const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const;
    const service = aService(a, { ...local, ports: [{ name: 'p', port: 80, nodePort: 30_080 }] });
    await s.put(service, endpoints(a, ['p1', 'far']));
    for (const question of [tcp(a.balancer), tcp(a.node, 30_080)]) {
      assert.deepEqual(distinct(await s.ask('outside', question, 20)), [`p1 ${a.outside}`]);
      for (const client of ['p2', 'node'] as const)
        assert.deepEqual(names(await s.ask(client, question, 40)), ['far', 'p1'], client);
      assert.deepEqual(names(await s.ask('far', question, 40)), ['far', 'p1']);
    }
    await s.put(service, endpoints(a, ['far']));
    assert.deepEqual(await s.ask('outside', tcp(a.balancer)), ['silence']);
    assert.deepEqual(names(await s.ask('p2', tcp(a.balancer))), ['far']);
  },
  'Local: the node’s terminating endpoints serve clients outside, while ready ones elsewhere serve those inside':
    async (s, a) => {
      const leaving = { conditions: { ready: false, serving: true, terminating: true } };
      const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const;
      await s.put(aService(a, local), endpoints(a, { p1: leaving, far: {} }));
      assert.deepEqual(names(await s.ask('outside', tcp(a.balancer), 8)), ['p1']);
      assert.deepEqual(names(await s.ask('p2', tcp(a.balancer), 20)), ['far']);
    },
  'internalTrafficPolicy Local keeps to the node, and drops without endpoints there': async (s, a) => {
    const service = aService(a, { internalTrafficPolicy: 'Local' });
    await s.put(service, endpoints(a, ['p2', 'far']));
    assert.deepEqual(names(await s.ask('p1', tcp(a.cluster), 20)), ['p2']);
    await s.put(service, endpoints(a, ['far']));
    assert.deepEqual(await s.ask('p1', tcp(a.cluster)), ['silence']);
  },
  'hints lead to the node’s or the zone’s endpoints, as long as all have them': async (s, a) => {
    await s.at({ zone: 'a' });
    const zone = (name: string) => ({ hints: { forZones: [{ name }] } });
    await s.put(aService(a), endpoints(a, { p1: zone('a'), far: zone('b') }));
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster), 20)), ['p1']);
    await s.at({ zone: 'b' });
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster), 20)), ['far']);
    await s.at({ zone: 'c' });
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster), 30)), ['far', 'p1']);
    const on = (name: string) => ({ hints: { forNodes: [{ name }], forZones: [{ name: 'c' }] } });
    await s.put(aService(a), endpoints(a, { p1: on('n1'), far: on('n2') }));
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster), 20)), ['p1']);
    await s.put(aService(a), endpoints(a, { p1: on('n1'), far: {} }));
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster), 30)), ['far', 'p1']);
    await s.at({});
  },
  'external addresses lead to endpoints from everywhere': async (s, a) => {
    await s.put(aService(a, { externalIPs: [a.balancer] }), endpoints(a, ['p1', 'far']));
    for (const client of ['outside', 'p2', 'node', 'p1'] as const)
      assert.deepEqual(names(await s.ask(client, tcp(a.balancer), 30)), ['far', 'p1'], client);
  },
  'loadBalancerSourceRanges let in who is in one of them': async (s, a) => {
    const bits = a.family === 'IPv4' ? 32 : 128;
    const wide = a.family === 'IPv4' ? 8 : 32;
    const ranges = [
      ` ${a.outside}/${bits}`,
      `${a.outside}/${bits - 1}`,
      `${a.p2}/${wide}`,
      `${a.p2}/${bits}`,
    ];
    const service = aService(a, { type: 'LoadBalancer', loadBalancerSourceRanges: ranges });
    await s.put(service, endpoints(a, ['p1']));
    assert.deepEqual(names(await s.ask('outside', tcp(a.balancer))), ['p1']);
    assert.deepEqual(names(await s.ask('p2', tcp(a.balancer))), ['p1']);
    const few = { ...service, spec: { ...service.spec!, loadBalancerSourceRanges: [`${a.p2}/${bits}`] } };
    await s.put(few, endpoints(a, ['p1']));
    assert.deepEqual(await s.ask('outside', tcp(a.balancer)), ['silence']);
    assert.deepEqual(names(await s.ask('p2', tcp(a.balancer))), ['p1']);
    assert.deepEqual(names(await s.ask('p1', tcp(a.cluster))), ['p1']);
    const halves = a.family === 'IPv4' ? ['0.0.0.0/1', '128.0.0.0/1'] : ['::/1', '8000::/1'];
    const everybody = { ...service, spec: { ...service.spec!, loadBalancerSourceRanges: halves } };
    await s.put(everybody, endpoints(a, ['p1']));
    for (const client of ['outside', 'p2', 'node'] as const)
      assert.deepEqual(names(await s.ask(client, tcp(a.balancer))), ['p1'], client);
  },
  'many addresses of one Service lead to all of its endpoints': async (s, a) => {
    const many = Array.from({ length: 2_100 }, (_, i) =>
      a.family === 'IPv4' ? `203.0.${113 + (i >> 8)}.${i & 255}` : `2001:db8:7::${(i + 1).toString(16)}`,
    );
    await s.put(aService(a, { externalIPs: many }), endpoints(a, ['p1', 'far']));
    for (const address of [many[7]!, many[2_000]!, a.cluster])
      assert.deepEqual(names(await s.ask('outside', tcp(address), 20)), ['far', 'p1']);
  },
  'affinity: a client stays, whatever else changes, until its endpoint goes': async (s, a) => {
    const sticky = (seconds: number) =>
      aService(a, {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } },
        externalIPs: [a.balancer],
      });
    const ask = async () => names(await s.ask('outside', tcp(a.cluster), 6));
    await s.put(sticky(100), endpoints(a, ['p1', 'p2']));
    const chosen = await ask();
    assert.equal(chosen.length, 1);
    assert.deepEqual(
      names(await s.ask('outside', tcp(a.balancer), 6)),
      chosen,
      'the Service’s other address',
    );
    await s.put(sticky(100), endpoints(a, ['p1', 'p2', 'far']));
    assert.deepEqual(await ask(), chosen, 'one more endpoint');
    await s.put(
      {
        ...aService(a),
        metadata: { name: 'other', namespace: 'default' },
        spec: { ...aService(a).spec, clusterIP: a.unused, clusterIPs: [a.unused] },
      },
      endpoints(a, ['far']),
    );
    assert.deepEqual(await ask(), chosen, 'another Service');
    await s.put(sticky(200), endpoints(a, ['p1', 'p2']));
    assert.deepEqual(await ask(), chosen, 'one endpoint less, another time-out');
    await s.restart();
    assert.deepEqual(await ask(), chosen, 'another process');
    const other = chosen[0] === 'p1' ? 'p2' : 'p1';
    await s.put(sticky(200), endpoints(a, [other]));
    assert.deepEqual(await ask(), [other]);
    await s.put(sticky(200), endpoints(a, ['p1', 'p2']));
    assert.deepEqual(await ask(), [other]);
  },
  'affinity ends with its time-out': async (s, a) => {
    const config = { clientIP: { timeoutSeconds: 1 } };
    await s.put(
      aService(a, { sessionAffinity: 'ClientIP', sessionAffinityConfig: config }),
      endpoints(a, ['p1', 'p2']),
    );
    const seen = new Set<string>();
    const until = process.hrtime.bigint() + 20_000_000_000n;
    while (seen.size < 2 && process.hrtime.bigint() < until) {
      const [answer] = names(await s.ask('outside', tcp(a.cluster), 3));
      seen.add(answer!);
      await s.run('sleep', '1.2');
    }
    assert.equal(seen.size, 2);
  },
  'UDP flows leave an endpoint that is gone, and find the first that comes': async (s, a) => {
    const service = aService(a, { ports: UDP });
    await s.put(service, endpoints(a, []));
    for (const client of ['p2', 'node'] as const)
      assert.deepEqual(await s.ask(client, udp(a.cluster)), ['ECONNREFUSED'], client);
    const flow = udp(a.cluster, a.family === 'IPv4' ? 5_000 : 5_001);
    await s.put(service, endpoints(a, []));
    assert.deepEqual(await s.ask('p2', flow), ['silence']);
    await s.put(service, endpoints(a, ['p1']));
    assert.deepEqual(names(await s.ask('p2', flow, 3)), ['p1']);
    const leaving = { conditions: { ready: false, serving: true, terminating: true } };
    await s.put(service, endpoints(a, { p1: leaving, far: {} }));
    assert.deepEqual(names(await s.ask('p2', flow, 3)), ['p1']);
    await s.put(service, endpoints(a, ['far']));
    assert.deepEqual(names(await s.ask('p2', flow, 3)), ['far']);
  },
  'SCTP rules load beside the others': async (s, a) => {
    const ports: Ports = [
      { name: 'p', port: 80, protocol: 'TCP' },
      { name: 's', port: 80, protocol: 'SCTP', nodePort: 30_132 },
    ];
    await s.put(aService(a, { type: 'NodePort', ports, sessionAffinity: 'ClientIP' }), endpoints(a, ['p1']));
    assert.deepEqual(names(await s.ask('p2', tcp(a.cluster))), ['p1']);
  },
  'of two Services with one external address the first by name has it, until it goes': async (s, a) => {
    const named = (name: string) => ({
      ...aService(a, { externalIPs: [a.balancer] }),
      metadata: { name, namespace: 'default' },
    });
    await s.put(named('b'), endpoints(a, ['p2']));
    await s.put(
      { ...named('a'), spec: { ...named('a').spec!, clusterIP: a.unused, clusterIPs: [a.unused] } },
      endpoints(a, ['p1']),
    );
    assert.deepEqual(names(await s.ask('outside', tcp(a.balancer), 8)), ['p1']);
    await s.remove('a');
    assert.deepEqual(names(await s.ask('outside', tcp(a.balancer), 8)), ['p2']);
    assert.deepEqual(names(await s.ask('outside', tcp(a.cluster), 8)), ['p2']);
  },
};
