import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { type AddressFamily, IPV4, IPV6 } from '../family.ts';
import { frontendsOf } from './frontends.ts';
import { ServiceProxy } from './proxy.ts';
import { rulesFor } from './rules.ts';
import { difference } from './ruleset.ts';
import { staleFlows } from './stale-flows.ts';

const HERE = { nodeName: 'n1', family: IPV4 };

const service = (spec: Partial<NonNullable<Service['spec']>> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.20',
    clusterIPs: ['10.96.0.20'],
    ports: [{ port: 80, protocol: 'TCP' }],
    ...spec,
  },
});

type Conditions = { ready?: boolean; serving?: boolean; terminating?: boolean };
const slice = (endpoints: Record<string, Conditions & { node?: string }>): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-abc', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ port: 8080, protocol: 'TCP' }],
  endpoints: Object.entries(endpoints).map(([ip, { node, ...conditions }]) => ({
    addresses: [ip],
    conditions,
    nodeName: node ?? 'n1',
  })),
});

describe('frontendsOf', () => {
  it('sends a cluster IP to ready endpoints only', () => {
    const [frontend] = frontendsOf(
      service(),
      [slice({ '10.0.0.1': {}, '10.0.0.2': { ready: false } })],
      HERE,
    );
    assert.deepEqual(frontend?.backends, [{ ip: '10.0.0.1', port: 8080, local: true }]);
    assert.equal(frontend?.address, '10.96.0.20');
  });

  it('leaves out invalid addresses, because nft would refuse the whole transaction', () => {
    const odd = service({ externalIPs: ['999.1.1.1'] });
    const frontends = frontendsOf(odd, [slice({ '10.0.0.1': {}, '10.0.0.2 ; flush ruleset': {} })], HERE);
    assert.deepEqual(
      frontends.map(({ address, backends }) => [address, backends.map(({ ip }) => ip)]),
      [['10.96.0.20', ['10.0.0.1']]],
    );
  });

  it('falls back to terminating endpoints that still serve when none is ready', () => {
    const endpoints = {
      '10.0.0.1': { ready: false, serving: true, terminating: true },
      '10.0.0.2': { ready: false },
      '10.0.0.3': { ready: false, terminating: true },
      '10.0.0.4': { ready: false, serving: false, terminating: true },
    };
    const [frontend] = frontendsOf(service(), [slice(endpoints)], HERE);
    assert.deepEqual(
      frontend?.backends.map((b) => b.ip),
      ['10.0.0.1', '10.0.0.3'],
    );
  });

  it('keeps the client address and drops without local endpoints under externalTrafficPolicy Local', () => {
    const nodePort = service({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30080 }],
    });
    const [, frontend] = frontendsOf(nodePort, [slice({ '10.0.0.1': { node: 'n2' } })], HERE);
    assert.deepEqual(
      { ...frontend },
      {
        address: 'node',
        port: 30080,
        protocol: 'tcp',
        affinity: 0,
        backends: [],
        masquerade: false,
        otherwise: 'drop',
        inside: [{ ip: '10.0.0.1', port: 8080, local: false }],
      },
    );
  });

  it('sends clients inside the cluster to all endpoints under externalTrafficPolicy Local, local ones first', () => {
    const spec = {
      type: 'NodePort' as const,
      externalTrafficPolicy: 'Local' as const,
      ports: [{ port: 80, nodePort: 30080 }],
    };
    const endpoints = slice({ '10.0.0.1': { node: 'n2' }, '10.0.0.2': {} });
    const { elements } = rulesFor(frontendsOf(service(spec), [endpoints], HERE));
    assert.deepEqual([...elements.get('np')!.values()], ['goto l1']);
    assert.deepEqual([...elements.get('innp')!.values()], ['goto l2']);
    assert.deepEqual([...elements.get('npeps')!.values()], ['10.0.0.2 . 8080', '10.0.0.1 . 8080']);
  });

  it('has the addresses and endpoints of one family only, each in one spelling', () => {
    const both = service({
      clusterIPs: ['10.96.0.20', 'fd00:96::20'],
      externalIPs: ['2001:DB8:0::1', '2001:db8::1', '192.0.2.1'],
    });
    const six: EndpointSlice = {
      ...slice({ 'fd00:10::0:5': {}, 'fe80::1%eth0': {} }),
      addressType: 'IPv6',
    };
    const of = (family: AddressFamily) =>
      frontendsOf(both, [slice({ '10.0.0.1': {} }), six], { nodeName: 'n1', family }).map(
        ({ address, backends }) => `${address} ${backends.map(({ ip }) => ip)}`,
      );
    assert.deepEqual(of(IPV4), ['10.96.0.20 10.0.0.1', '192.0.2.1 10.0.0.1']);
    assert.deepEqual(of(IPV6), ['fd00:96::20 fd00:10::5', '2001:db8::1 fd00:10::5']);
  });

  it('has nothing for headless and ExternalName Services', () => {
    assert.deepEqual(frontendsOf(service({ clusterIP: 'None', clusterIPs: ['None'] }), [], HERE), []);
    assert.deepEqual(frontendsOf(service({ type: 'ExternalName' }), [], HERE), []);
  });
});

describe('difference', () => {
  const rules = (ips: Record<string, Conditions>, spec = {}) =>
    rulesFor(frontendsOf(service(spec), [slice(ips)], HERE));

  it('changes only map elements when one endpoint is replaced', () => {
    const text = difference(
      IPV4,
      rules({ '10.0.0.1': {}, '10.0.0.2': {} }),
      rules({ '10.0.0.1': {}, '10.0.0.3': {} }),
    );
    assert.deepEqual(text.trim().split('\n'), [
      'delete element ip tiphys-proxy eps { 10.96.0.20 . tcp . 80 . 1 }',
      'delete element ip tiphys-proxy hairpin { 10.0.0.2 . 10.0.0.2 }',
      'add element ip tiphys-proxy eps { 10.96.0.20 . tcp . 80 . 1 : 10.0.0.3 . 8080 }',
      'add element ip tiphys-proxy hairpin { 10.0.0.3 . 10.0.0.3 }',
    ]);
  });

  it('adds the chain for a new number of backends before it is used', () => {
    const lines = difference(
      IPV4,
      rules({ '10.0.0.1': {} }),
      rules({ '10.0.0.1': {}, '10.0.0.2': {} }),
    ).split('\n');
    const chain = lines.findIndex((line) => line.startsWith('add chain ip tiphys-proxy c2'));
    const use = lines.findIndex((line) => line.includes('goto c2'));
    assert.ok(chain >= 0 && chain < use);
  });

  it('is empty when nothing changed', () => {
    assert.equal(difference(IPV4, rules({ '10.0.0.1': {} }), rules({ '10.0.0.1': {} })), '');
  });

  it('forgets the backends of known clients when the endpoints of a Service with affinity change', () => {
    const spec = { sessionAffinity: 'ClientIP' as const };
    const text = difference(IPV4, rules({ '10.0.0.1': {} }, spec), rules({ '10.0.0.2': {} }, spec));
    assert.match(text, /flush map ip tiphys-proxy aff/);
  });

  it('rejects connections to a Service without endpoints', () => {
    const text = difference(IPV4, { elements: new Map(), chains: new Map() }, rules({}));
    assert.match(text, /add element ip tiphys-proxy noep \{ 10.96.0.20 . tcp . 80 : goto rej \}/);
  });
});

describe('staleFlows', () => {
  it('names the UDP backends that are gone', () => {
    const dns = (ip: string) =>
      rulesFor(
        frontendsOf(
          service({ ports: [{ port: 53, protocol: 'UDP' }] }),
          [{ ...slice({ [ip]: {} }), ports: [{ port: 53, protocol: 'UDP' }] }],
          HERE,
        ),
      );
    assert.deepEqual(staleFlows(IPV4, dns('10.0.0.1'), dns('10.0.0.2')), [
      ['conntrack', '-D', '-f', 'ipv4', '-p', 'udp', '--orig-dst', '10.96.0.20', '--dst-nat', '10.0.0.1'],
    ]);
  });
});

describe('ServiceProxy', () => {
  it('writes the whole table at start, differences after that, and the whole table again after an error', async () => {
    const clock = new SteppedClock();
    const written: string[] = [];
    let fail = false;
    let slices = [slice({ '10.0.0.1': {} })];
    const proxy = new ServiceProxy({
      nodeName: 'n1',
      family: IPV4,
      podCidrs: ['10.128.0.0/16'],
      source: { services: () => [service()], endpointSlices: () => slices },
      exec: async (_command, options) => {
        if (fail) throw new Error('nft');
        written.push(options?.input ?? '');
        return '';
      },
      clock,
      log: silentLogger,
    });
    proxy.changed();
    await clock.step(10);
    assert.match(written[0]!, /table ip tiphys-proxy \{/);
    slices = [slice({ '10.0.0.2': {} })];
    fail = true;
    proxy.changed();
    await clock.step(10);
    fail = false;
    await clock.step(1_000);
    await settle();
    assert.equal(written.length, 2);
    assert.match(written[1]!, /table ip tiphys-proxy \{/);
    slices = [slice({ '10.0.0.3': {} })];
    proxy.changed();
    await clock.step(10);
    assert.doesNotMatch(written[2]!, /table ip tiphys-proxy \{/);
    proxy.stop();
  });
});
