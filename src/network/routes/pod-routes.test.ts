import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Endpoint } from './annotation.ts';
import { macOf } from './identity/hardware-address.ts';
import { aPeer, FAR, FAR_FACTS, NEAR, RoutesScene, SELF, vxlanEnd } from './scene.fake.ts';

const VIA_FAR = 'via 10.1.2.0 dev tunnel onlink';

describe('the mode auto', () => {
  it('routes to nodes on the same link directly, and to others by VXLAN', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    assert.deepEqual(scene.routes, { '10.1.1.0/24': 'via 192.0.2.2', '10.1.2.0/24': VIA_FAR });
    const device = scene.kernel.links.get('tunnel')!;
    assert.deepEqual([device.mtu, device.up, device.addresses], [1450, true, ['10.1.0.0/32']]);
    assert.deepEqual(scene.kernel.neighbours.get('10.1.2.0')?.mac, '02:00:00:00:00:03');
    assert.deepEqual(scene.kernel.forwarding.get('02:00:00:00:00:03')?.address, '198.51.100.3');
    assert.deepEqual(scene.published, [
      JSON.stringify({ backend: 'vxlan', address: '192.0.2.1', mac: device.mac }),
    ]);
  });

  it('has no tunnel while all nodes are on one link, and gives it up when they are again', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.with(SELF, NEAR);
    assert.deepEqual([scene.kernel.links.has('tunnel'), scene.published, scene.mtus], [false, [], [1500]]);
    await scene.with(SELF, NEAR, FAR);
    assert.deepEqual([scene.kernel.links.has('tunnel'), scene.mtus], [true, [1500, 1450]]);
    const self = aPeer('self', {
      ranges: ['10.1.0.0/24'],
      addresses: ['192.0.2.1'],
      end: vxlanEnd('192.0.2.1', '01'),
    });
    await scene.with(self, NEAR);
    assert.deepEqual(
      [scene.kernel.links.has('tunnel'), scene.published.at(-1), scene.mtus.at(-1)],
      [false, null, 1500],
    );
    assert.deepEqual([scene.kernel.neighbours.size, scene.kernel.forwarding.size], [0, 0]);
  });

  it('decides range by range: pods’ IPv6 needs an IPv6 address on the link, or goes by the tunnel over IPv4', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    const both = ['10.1.1.0/24', 'fd00:1:0:1::/64'];
    await scene.with(
      aPeer('self', { ranges: ['10.1.0.0/24', 'fd00:1::/64'], addresses: ['192.0.2.1', '2001:db8::1'] }),
      aPeer('dual', { ranges: both, addresses: ['192.0.2.2', '2001:db8::2'] }),
      aPeer('four', {
        ranges: ['10.1.2.0/24', 'fd00:1:0:2::/64'],
        addresses: ['192.0.2.3'],
        end: vxlanEnd('192.0.2.3', '03'),
      }),
    );
    assert.deepEqual(scene.routes, {
      '10.1.1.0/24': 'via 192.0.2.2',
      'fd00:1:0:1::/64': 'via 2001:db8::2',
      '10.1.2.0/24': 'via 192.0.2.3',
      'fd00:1:0:2::/64': 'via fe80::ff:fe00:3 dev tunnel',
    });
    assert.deepEqual(scene.kernel.links.get('tunnel')?.addresses, ['10.1.0.0/32', 'fd00:1::/128']);
    assert.ok(scene.kernel.neighbours.has('fe80::ff:fe00:3'));
  });

  it('tunnels over IPv6 when that is the nodes’ first family, with the larger headers', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.with(
      aPeer('self', { ranges: ['fd00:1::/64'], addresses: ['2001:db8::1'] }),
      aPeer('far', {
        ranges: ['fd00:1:0:2::/64'],
        addresses: ['2001:db8:9::3'],
        end: vxlanEnd('2001:db8:9::3', '03'),
      }),
    );
    assert.deepEqual(scene.routes, { 'fd00:1:0:2::/64': 'via fe80::ff:fe00:3 dev tunnel' });
    assert.deepEqual([scene.kernel.links.get('tunnel')?.vxlan?.local, scene.mtus], ['2001:db8::1', [1430]]);
    // This end speaks IPv6: a node with an end on IPv4 is not reached by it.
    await scene.with(
      scene.nodes[0]!,
      aPeer('four', {
        ranges: ['fd00:1:0:4::/64'],
        addresses: ['198.51.100.4'],
        end: vxlanEnd('198.51.100.4', '04'),
      }),
    );
    assert.deepEqual(scene.routes, {});
  });
});

describe('the mode vxlan', () => {
  it('tunnels to nodes on the same link, too, once they have an end', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    await scene.with(SELF, NEAR);
    assert.deepEqual([scene.routes, scene.mtus], [{ '10.1.1.0/24': 'via 192.0.2.2' }, [1450]]);
    const near = aPeer('near', {
      ranges: ['10.1.1.0/24'],
      addresses: ['192.0.2.2'],
      end: vxlanEnd('192.0.2.2', '02'),
    });
    await scene.with(SELF, near);
    assert.deepEqual(scene.routes, { '10.1.1.0/24': 'via 10.1.1.0 dev tunnel onlink' });
  });
});

describe('the mode routes', () => {
  it('has no tunnel, and leaves nodes behind routers to the routers', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    await scene.sync();
    assert.deepEqual(scene.routes, { '10.1.1.0/24': 'via 192.0.2.2' });
    assert.deepEqual([scene.kernel.links.has('tunnel'), scene.published, scene.mtus], [false, [], [1500]]);
  });

  it('on a machine that is no node leads to all of them', async () => {
    const scene = new RoutesScene({ mode: 'routes', nodeName: '' });
    await scene.with(aPeer('one', { ranges: ['10.1.0.0/24'], addresses: ['192.0.2.8'] }), NEAR);
    assert.deepEqual(scene.routes, { '10.1.0.0/24': 'via 192.0.2.8', '10.1.1.0/24': 'via 192.0.2.2' });
  });
});

describe('when nodes change', () => {
  it('an agent that starts anew changes nothing', async () => {
    for (const mode of ['auto', 'vxlan', 'routes'] as const) {
      const scene = new RoutesScene({ mode });
      await scene.sync();
      await scene.restart();
      assert.deepEqual(scene.kernel.changes, []);
    }
  });

  it('a node that is gone leaves nothing', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    await scene.sync();
    await scene.with(SELF);
    assert.deepEqual(scene.routes, {});
    assert.deepEqual([scene.kernel.neighbours.size, scene.kernel.forwarding.size], [0, 0]);
  });

  it('what an agent did not see goes when the next one starts', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    await scene.sync();
    scene.nodes = [SELF];
    await scene.restart();
    assert.deepEqual([scene.routes, scene.kernel.forwarding.size], [{}, 0]);
  });

  it('a node of the same name with another address, MAC and range replaces all of the old one’s entries', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    const lines = await scene.with(
      SELF,
      NEAR,
      aPeer('far', {
        ranges: ['10.1.7.0/24'],
        addresses: ['198.51.100.7'],
        end: vxlanEnd('198.51.100.7', '07'),
      }),
    );
    assert.deepEqual(lines, [
      'neigh replace 10.1.7.0 lladdr 02:00:00:00:00:07 dev tunnel nud permanent',
      'fdb replace 02:00:00:00:00:07 dev tunnel dst 198.51.100.7',
      'route replace 10.1.7.0/24 via 10.1.7.0 dev tunnel onlink proto 117 metric 7700',
      `route del 10.1.2.0/24 ${VIA_FAR} proto 117 metric 7700`,
      'neigh del 10.1.2.0 dev tunnel',
      'fdb del 02:00:00:00:00:03 dev tunnel',
    ]);
  });

  it('a node whose address changed keeps its route, and its packets go to the new one', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    const moved = aPeer('far', {
      ...FAR_FACTS,
      addresses: ['198.51.100.9'],
      end: vxlanEnd('198.51.100.9', '03'),
    });
    assert.deepEqual(await scene.with(SELF, NEAR, moved), [
      'fdb replace 02:00:00:00:00:03 dev tunnel dst 198.51.100.9',
    ]);
  });

  it('a node that moves to the same link is reached directly before its tunnel’s entries go', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    const other = aPeer('other', {
      ranges: ['10.1.5.0/24'],
      addresses: ['198.51.100.5'],
      end: vxlanEnd('198.51.100.5', '05'),
    });
    await scene.with(SELF, FAR, other);
    const lines = await scene.with(
      SELF,
      aPeer('far', { ...FAR_FACTS, addresses: ['192.0.2.3'], end: vxlanEnd('192.0.2.3', '03') }),
      other,
    );
    assert.deepEqual(lines, [
      'route replace 10.1.2.0/24 via 192.0.2.3 proto 117 metric 7700',
      'neigh del 10.1.2.0 dev tunnel',
      'fdb del 02:00:00:00:00:03 dev tunnel',
    ]);
  });

  it('a node that is registered anew keeps what it has until it is there', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    assert.deepEqual(await scene.with(NEAR, FAR), []);
  });

  it('the MAC of another node’s end is not taken over', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    const thief = aPeer('thief', {
      ranges: ['10.1.1.0/24'],
      addresses: ['198.51.100.66'],
      end: vxlanEnd('198.51.100.66', '03'),
      created: '2026-01-02T00:00:00Z',
    });
    await scene.with(SELF, thief, FAR);
    assert.equal(scene.kernel.forwarding.get('02:00:00:00:00:03')?.address, '198.51.100.3');
    assert.deepEqual(scene.routes, { '10.1.2.0/24': VIA_FAR });
  });
});

describe('the node’s own link', () => {
  it('gives tunnel and pods their MTU, also when it changes while nobody tells', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    await scene.sync();
    scene.kernel.links.get('eth0')!.mtu = 1400;
    await scene.clock.step(60_000);
    assert.deepEqual([scene.kernel.links.get('tunnel')?.mtu, scene.mtus], [1350, [1450, 1350]]);
  });

  it('makes the tunnel anew when the node’s address is another', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    scene.kernel.links.get('eth0')!.addresses = ['192.0.2.9/24'];
    const lines = await scene.with(
      aPeer('self', { ranges: ['10.1.0.0/24'], addresses: ['192.0.2.9'] }),
      NEAR,
      FAR,
    );
    assert.equal(lines[0], 'link del tunnel');
    assert.equal(scene.kernel.links.get('tunnel')?.vxlan?.local, '192.0.2.9');
    assert.deepEqual(scene.routes['10.1.2.0/24'], VIA_FAR);
    assert.deepEqual(scene.kernel.forwarding.get('02:00:00:00:00:03')?.address, '198.51.100.3');
  });

  it('that was down for a moment gets its routes back within ten seconds', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    await scene.sync();
    scene.kernel.routes = [];
    await scene.clock.step(10_000);
    assert.deepEqual(scene.routes, { '10.1.1.0/24': 'via 192.0.2.2' });
  });

  it('gets back what somebody else removed', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.sync();
    await scene.kernel.exec(['ip', '-batch', '-'], { input: 'link del tunnel\n' });
    assert.deepEqual(Object.keys(scene.routes), ['10.1.1.0/24']);
    await scene.clock.step(60_000);
    assert.equal(scene.routes['10.1.2.0/24'], VIA_FAR);
  });
});

describe('when a program fails', () => {
  it('the other nodes are reached all the same', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    scene.kernel.failing = 'via 192.0.2.2';
    await scene.sync();
    assert.deepEqual(scene.routes, { '10.1.2.0/24': VIA_FAR });
  });

  it('it is tried again with growing delays, without a change of any Node', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    scene.kernel.failing = 'via 192.0.2.2';
    await scene.sync();
    await scene.clock.step(1_000);
    scene.kernel.failing = undefined;
    await scene.clock.step(1_999);
    assert.deepEqual(scene.routes, {});
    await scene.clock.step(1);
    assert.deepEqual(scene.routes, { '10.1.1.0/24': 'via 192.0.2.2' });
  });

  it('the end is published once the API server answers', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    scene.publishFails = true;
    await scene.sync();
    assert.equal(scene.routes['10.1.2.0/24'], VIA_FAR);
    scene.publishFails = false;
    await scene.clock.step(1_000);
    assert.equal(scene.published.length, 1);
  });

  it('nothing is tried after the stop', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    scene.kernel.failing = 'via 192.0.2.2';
    await scene.sync();
    scene.stop();
    scene.kernel.failing = undefined;
    await scene.clock.step(120_000);
    assert.deepEqual(scene.routes, {});
  });
});

describe('what nodes say of themselves', () => {
  it('passes nothing but addresses to `ip`, which runs as root', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    const ranges = [
      '0.0.0.0/0',
      '10.0.0.0/8',
      '10.1.0.0/33',
      '10.1.3.0/24/1',
      '10.1.3.0/24 via 1.1.1.1',
      '10.1.3.0/24\nlink del eth0',
      '10.1.0.0/2e1',
      'fd00::/32',
    ];
    const claims = ranges.map((range, i) =>
      aPeer(`claims-${i}`, { ranges: [range], addresses: ['192.0.2.9'] }),
    );
    await scene.with(
      SELF,
      ...claims,
      aPeer('c', { ranges: ['10.1.4.0/24'], addresses: ['192.0.2.4\nlink del eth0'] }),
      aPeer('d', { ranges: ['10.1.5.0/24'], addresses: ['2001:db8::5'] }),
    );
    assert.deepEqual(scene.routes, {});
  });

  it('that say another’s hardware address is their own take no tunnel away, however old they are', async () => {
    const scene = new RoutesScene({ mode: 'vxlan' });
    const id = macOf('victim');
    const end = (address: string): Endpoint => ({ backend: 'vxlan', address, id });
    await scene.with(
      SELF,
      aPeer('thief', {
        ...{ ranges: ['10.1.8.0/24'], addresses: ['198.51.100.8'], created: '2025-01-01T00:00:00Z' },
        end: end('198.51.100.8'),
      }),
      aPeer('victim', { ...FAR_FACTS, end: end('198.51.100.3') }),
    );
    assert.deepEqual(scene.routes, { '10.1.2.0/24': VIA_FAR });
    assert.equal(scene.kernel.forwarding.get(id)?.address, '198.51.100.3');
  });

  it('a simulated node, whose address is of loopback, is none to route to', async () => {
    const scene = new RoutesScene({ mode: 'auto' });
    await scene.with(SELF, aPeer('simulated', { ranges: ['100.64.0.0/23'], addresses: ['127.0.0.1'] }));
    assert.deepEqual([scene.routes, scene.kernel.links.has('tunnel')], [{}, false]);
  });

  it('a node that claims this node’s own address is not routed to', async () => {
    const scene = new RoutesScene({ mode: 'routes' });
    await scene.with(SELF, aPeer('thief', { ranges: ['10.1.6.0/24'], addresses: ['192.0.2.1'] }));
    assert.deepEqual(scene.routes, {});
  });
});
