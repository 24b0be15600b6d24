import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { RouteTable, routeChanges, wantedRoutes } from './routes.ts';

const node = (name: string, podCIDR: string, address: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { podCIDR, podCIDRs: [podCIDR] },
  status: { addresses: [{ type: 'InternalIP', address }] },
});
const nodes = [node('a', '10.1.0.0/24', '10.0.0.1'), node('b', '10.1.1.0/24', '10.0.0.2')];

it('routes the pod CIDR of every other node to its address; a machine that is no node routes to all', () => {
  assert.deepEqual([...wantedRoutes(nodes, 'a')], [['10.1.1.0/24', '10.0.0.2']]);
  assert.equal(wantedRoutes(nodes, '').size, 2);
});

it('leaves out nodes with a loopback address: nothing leads to simulated nodes', () => {
  assert.equal(wantedRoutes([node('sim-1', '100.64.0.0/23', '127.0.0.1')], 'a').size, 0);
});

it('changes only what differs', () => {
  const applied = new Map([
    ['10.1.0.0/24', '10.0.0.1'],
    ['10.1.9.0/24', '10.0.0.9'],
  ]);
  assert.deepEqual(routeChanges(applied, wantedRoutes(nodes, '')), [
    'route flush 10.1.9.0/24 proto boot',
    'route replace 10.1.1.0/24 via 10.0.0.2',
  ]);
});

/** A route table of node a whose `ip` fails while `broken` says so. */
function routeTable() {
  const ip = { broken: false, inputs: [] as string[] };
  const clock = new SteppedClock();
  const exec = async (_command: readonly string[], options?: { input?: string }) => {
    ip.inputs.push(options?.input ?? '');
    if (ip.broken) throw new Error('Nexthop has invalid gateway');
    return '';
  };
  return { ip, clock, table: new RouteTable({ exec, self: 'a', clock, log: silentLogger }) };
}

it('sets routes once', async () => {
  const { ip, table } = routeTable();
  await table.sync(nodes);
  await table.sync(nodes);
  assert.deepEqual(ip.inputs, ['route replace 10.1.1.0/24 via 10.0.0.2\n']);
});

it('tries again with growing delays while `ip` fails, without a change of any Node', async () => {
  const { ip, clock, table } = routeTable();
  ip.broken = true;
  await table.sync(nodes);
  assert.equal(ip.inputs.length, 1);
  await clock.step(1_000);
  assert.equal(ip.inputs.length, 2);
  await clock.step(1_999);
  assert.equal(ip.inputs.length, 2);
  ip.broken = false;
  await clock.step(1);
  assert.equal(ip.inputs[2], 'route replace 10.1.1.0/24 via 10.0.0.2\n');
  await clock.step(60_000);
  assert.equal(ip.inputs.length, 3);
});

it('removes a route that a failed batch may have set, once its node is gone', async () => {
  const { ip, table } = routeTable();
  ip.broken = true;
  await table.sync(nodes);
  ip.broken = false;
  await table.sync([nodes[0]!]);
  assert.equal(ip.inputs.at(-1), 'route flush 10.1.1.0/24 proto boot\n');
});

it('stops trying when it is stopped', async () => {
  const { ip, clock, table } = routeTable();
  ip.broken = true;
  await table.sync(nodes);
  table.stop();
  await clock.step(60_000);
  assert.equal(ip.inputs.length, 1);
});

it('passes nothing but addresses to `ip`, which runs as root', () => {
  const evil = [
    node('c', '10.1.2.0/24', '10.0.0.3\nlink del eth0'),
    node('d', '10.1.3.0/24 dev lo\nlink del eth0', '10.0.0.4'),
    node('e', '10.1.4.0/24', 'fd00::5'),
  ];
  assert.equal(wantedRoutes(evil, '').size, 0);
});

it('a node cannot take over routes that are not of its pods', () => {
  const node = (name: string, podCIDR: string) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR },
    status: { addresses: [{ type: 'InternalIP', address: '10.7.0.9' }] },
  });
  for (const range of [
    '0.0.0.0/0',
    '0.0.0.0/1',
    '10.0.0.0/8',
    '10.1.0.0/33',
    '10.1.0.0/24/1',
    '10.1.0.0/24 via 1.1.1.1',
    '10.1.0.0/2e1',
  ])
    assert.deepEqual([...wantedRoutes([node('evil', range)], 'self')], [], range);
});
