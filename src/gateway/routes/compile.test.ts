// Which routes are attached to which listeners, and what becomes of the rest.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HTTPRoute } from '../../api/kinds/gateway/v1/http-route.ts';
import type { Entrance, HttpListener } from '../model/entrances.ts';
import type { Compiled } from './compile.ts';
import {
  aGateway,
  aGrant,
  aListenerSet,
  aRoute,
  aService,
  aStreamRoute,
  compiled,
  type Given,
  to,
} from './testing/objects.fake.ts';

const hosts = (entrance: Entrance | undefined) =>
  entrance?.protocol === 'http' ? entrance.listeners.map(({ host }: HttpListener) => host) : [];

const faults = ({ routes }: Compiled) =>
  Object.fromEntries(
    routes.map(({ route, parents }) => [
      route.metadata.name,
      parents.map(({ notAccepted }) => notAccepted?.reason),
    ]),
  );

const listenerFaults = ({ gateways }: Compiled) =>
  gateways.flatMap(({ listeners }) =>
    listeners.map(({ listener, notAccepted }) => `${listener.name} ${notAccepted?.reason}`),
  );

const only = (one: HTTPRoute, given: Given = {}) =>
  faults(compiled({ ...given, routes: [one] }))[one.metadata.name!];

describe('a listener', () => {
  it('has the routes whose hosts are within its own', () => {
    const { model } = compiled({
      gateways: [aGateway('gw', [{ hostname: '*.a.test' }])],
      routes: [
        aRoute('r', [{ backendRefs: [to('s')] }], {
          hostnames: ['x.a.test', '*.b.a.test', '*.test', 'b.test', 'a.test'],
        }),
      ],
    });
    const [entrance] = model.entrances;
    assert.ok(entrance?.protocol === 'http');
    assert.deepEqual(hosts(entrance), ['**.a.test']);
    assert.deepEqual(entrance.listeners[0]!.routes.map(({ host }) => host).sort(), [
      '**.a.test',
      '**.b.a.test',
      'x.a.test',
    ]);
  });

  it('that comes after one with its port and another protocol, or its host, is refused', () => {
    const one = compiled({
      gateways: [
        aGateway('gw', [
          { name: 'a' },
          { name: 'b', protocol: 'TCP' },
          { name: 'c', hostname: 'c.test' },
          { name: 'd', protocol: 'UDP' },
        ]),
      ],
      listenerSets: [
        aListenerSet('set', [
          { name: 'e', hostname: 'c.test' },
          { name: 'f', hostname: 'f.test' },
        ]),
      ],
    });
    assert.deepEqual(listenerFaults(one), [
      'a undefined',
      'b ProtocolConflict',
      'c undefined',
      'd undefined',
    ]);
    const gateway = aGateway('gw', [{ name: 'a' }, { name: 'c', hostname: 'c.test' }], {
      allowedListeners: { namespaces: { from: 'Same' } },
    });
    const two = compiled({
      gateways: [gateway],
      listenerSets: [
        aListenerSet('set', [
          { name: 'e', hostname: 'c.test' },
          { name: 'f', hostname: 'f.test' },
        ]),
      ],
    });
    assert.deepEqual(listenerFaults(two), [
      'a undefined',
      'c undefined',
      'e HostnameConflict',
      'f undefined',
    ]);
  });

  it('of an unknown protocol, or without a certificate, is not served', () => {
    const tls = { certificateRefs: [{ name: 'c' }] };
    const { gateways, model } = compiled({
      gateways: [
        aGateway('gw', [
          { name: 'a', protocol: 'SCTP', port: 1 },
          { name: 'b', protocol: 'HTTPS', port: 2, tls },
        ]),
      ],
    });
    const [a, b] = gateways[0]!.listeners;
    assert.deepEqual([a!.notAccepted?.reason, a!.kinds], ['UnsupportedProtocol', []]);
    assert.deepEqual([b!.notAccepted, b!.unresolved?.reason], [undefined, 'InvalidCertificateRef']);
    assert.deepEqual(model.entrances, []);
  });

  it('is asked for a certificate of another namespace only with a grant there', () => {
    const tls = { certificateRefs: [{ name: 'c', namespace: 'other' }] };
    const gateways = [aGateway('gw', [{ protocol: 'HTTPS', tls }])];
    const reason = (given: Given) => compiled(given).gateways[0]!.listeners[0]!.unresolved?.reason;
    assert.equal(reason({ gateways }), 'RefNotPermitted');
    assert.equal(
      reason({ gateways, grants: [aGrant('ns', 'Gateway', 'other', 'ConfigMap')] }),
      'RefNotPermitted',
    );
    assert.equal(
      reason({ gateways, grants: [aGrant('ns', 'Gateway', 'other', 'Secret')] }),
      'InvalidCertificateRef',
    );
  });
});

describe('a route', () => {
  it('needs a listener of the name and port, that allows it, with its host', () => {
    const parentRefs = [{ name: 'gw', sectionName: 'none' }];
    assert.deepEqual(only(aRoute('r', [{}], { parentRefs })), ['NoMatchingParent']);
    assert.deepEqual(only(aRoute('r', [{}], { parentRefs: [{ name: 'gw', port: 81 }] })), [
      'NoMatchingParent',
    ]);
    const away = { metadata: { namespace: 'away' }, parentRefs: [{ name: 'gw', namespace: 'ns' }] };
    assert.deepEqual(only(aRoute('r', [{}], away)), ['NotAllowedByListeners']);
    const gateways = [aGateway('gw', [{ hostname: 'a.test' }])];
    assert.deepEqual(only(aRoute('r', [{}], { hostnames: ['b.test'] }), { gateways }), [
      'NoMatchingListenerHostname',
    ]);
    const kinds = [aGateway('gw', [{ allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }])];
    assert.deepEqual(only(aRoute('r'), { gateways: kinds }), ['NotAllowedByListeners']);
    assert.deepEqual(only(aRoute('r')), [undefined]);
  });

  it('of a namespace with the labels that a listener selects is attached', () => {
    const selector = { matchLabels: { team: 'blue' } };
    const gateways = [aGateway('gw', [{ allowedRoutes: { namespaces: { from: 'Selector', selector } } }])];
    const away = { metadata: { namespace: 'away' }, parentRefs: [{ name: 'gw', namespace: 'ns' }] };
    const reason = (team: string) =>
      only(aRoute('r', [{}], away), { gateways, namespaces: { away: { team } } });
    assert.deepEqual(reason('blue'), [undefined]);
    assert.deepEqual(reason('red'), ['NotAllowedByListeners']);
  });

  it('of a parent that is not ours is not spoken of', () => {
    assert.deepEqual(
      compiled({ routes: [aRoute('r', [{}], { parentRefs: [{ name: 'other' }] })] }).routes,
      [],
    );
  });

  it('gets 500 for backends that are not there, not permitted or none of its kind, and says which', () => {
    const unresolved = (ref: object, given: Given = {}) => {
      const { routes, model } = compiled({
        ...given,
        routes: [aRoute('r', [{ backendRefs: [{ ...to('s'), ...ref }] }])],
      });
      const [backend] = model.backends.values();
      return [routes[0]!.planned.unresolved?.reason, backend?.policy.closed];
    };
    assert.deepEqual(unresolved({}), [undefined, undefined]);
    assert.deepEqual(unresolved({}, { service: () => undefined }), ['BackendNotFound', 500]);
    assert.deepEqual(unresolved({ port: 81 }), ['BackendNotFound', 500]);
    assert.deepEqual(unresolved({ kind: 'Bucket' }), ['InvalidKind', 500]);
    assert.deepEqual(unresolved({ namespace: 'other' }), ['RefNotPermitted', 500]);
    const grants = [aGrant('ns', 'HTTPRoute', 'other', 'Service')];
    assert.deepEqual(unresolved({ namespace: 'other' }, { grants }), [undefined, undefined]);
    const external = (namespace: string, name: string) =>
      aService(name, namespace, { type: 'ExternalName', externalName: 'x.test' });
    assert.deepEqual(unresolved({}, { service: external }), ['UnsupportedValue', 500]);
  });

  it('with a match that is not supported keeps its others', () => {
    const regex = { path: { type: 'RegularExpression' as const, value: '/a.*' } };
    const partial = compiled({ routes: [aRoute('r', [{ matches: [regex] }, { backendRefs: [to('s')] }])] })
      .routes[0]!;
    assert.equal(partial.planned.partial?.reason, 'UnsupportedValue');
    assert.match(partial.planned.partial!.message, /^Dropped Rule/);
    assert.deepEqual(only(aRoute('r', [{ matches: [regex] }])), ['UnsupportedValue']);
  });

  it('shares its requests by weight; without any share they get 500', () => {
    const target = (...weights: number[]) => {
      const backendRefs = weights.map((weight, i) => to(`s${i}`, weight));
      const { model } = compiled({ routes: [aRoute('r', [{ backendRefs }])] });
      const [entrance] = model.entrances;
      assert.ok(entrance?.protocol === 'http');
      return { to: entrance.listeners[0]!.routes[0]!.to, backends: model.backends };
    };
    assert.deepEqual(target(9, 1, 0).to, [
      { backend: 'ns_r_HTTPRoute_0_0', weight: 9 },
      { backend: 'ns_r_HTTPRoute_0_1', weight: 1 },
    ]);
    const none = target(0, 0);
    assert.equal(none.backends.get(none.to as string)?.policy.closed, 500);
  });
});

describe('a TCPRoute', () => {
  it('has all connections of a port; of several the oldest has them', () => {
    const listener = { protocol: 'TCP', port: 90 };
    const young = aStreamRoute('TCPRoute', 'a', 's', {
      metadata: { creationTimestamp: '2026-02-01T00:00:00Z' },
    });
    const old = aStreamRoute('TCPRoute', 'b', 's');
    const { model, attached } = compiled({ gateways: [aGateway('gw', [listener])], routes: [young, old] });
    const [entrance] = model.entrances;
    assert.ok(entrance?.protocol === 'tcp');
    assert.deepEqual([entrance.port, entrance.to], [90, 'ns_b_TCPRoute_0']);
    assert.deepEqual(
      [...attached.values()].map(({ length }) => length),
      [2],
    );
  });
});

describe('a ListenerSet', () => {
  it('adds listeners to a Gateway that allows it; routes name it as their parent', () => {
    const allowed = aGateway('gw', [{}], { allowedListeners: { namespaces: { from: 'Same' } } });
    const routes = [
      aRoute('r', [{ backendRefs: [to('s')] }], { parentRefs: [{ kind: 'ListenerSet', name: 'set' }] }),
      aRoute('q', [{}], { parentRefs: [{ name: 'gw', sectionName: 'more' }] }),
    ];
    const listenerSets = [aListenerSet('set', [{ name: 'more', port: 81 }])];
    const found = compiled({ gateways: [allowed], listenerSets, routes });
    assert.deepEqual(
      found.model.entrances.map(({ port }) => port),
      [80, 81],
    );
    assert.deepEqual(faults(found), { r: [undefined], q: ['NoMatchingParent'] });
    const refused = compiled({ gateways: [aGateway()], listenerSets, routes });
    assert.deepEqual(
      refused.model.entrances.map(({ port }) => port),
      [80],
    );
    assert.equal(refused.gateways[0]!.sets[0]!.notAccepted?.reason, 'NotAllowed');
    assert.deepEqual(faults(refused).r, ['NoMatchingParent']);
  });

  it('is not accepted when none of its listeners can be served', () => {
    const gateway = aGateway('gw', [{}], { allowedListeners: { namespaces: { from: 'Same' } } });
    const of = (name: string, port: number) => ({
      name,
      port,
      protocol: 'HTTPS',
      tls: { certificateRefs: [{ name: 'foreign', namespace: 'other' }] },
    });
    const reasonOf = (...listeners: object[]) =>
      compiled({ gateways: [gateway], listenerSets: [aListenerSet('set', listeners)] }).gateways[0]!.sets[0]!
        .notAccepted?.reason;
    assert.equal(reasonOf(of('a', 443)), 'ListenersNotValid');
    assert.equal(reasonOf(of('a', 443), { name: 'b', port: 81 }), undefined);
  });
});
