import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
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

it('changes only what differs', () => {
  const applied = new Map([
    ['10.1.0.0/24', '10.0.0.1'],
    ['10.1.9.0/24', '10.0.0.9'],
  ]);
  assert.deepEqual(routeChanges(applied, wantedRoutes(nodes, '')), [
    'route del 10.1.9.0/24',
    'route replace 10.1.1.0/24 via 10.0.0.2',
  ]);
});

it('sets the routes with the next change after a failure', async () => {
  const inputs: string[] = [];
  let fail = true;
  const exec = async (_c: readonly string[], options?: { input?: string }) => {
    if (fail) throw new Error('no');
    inputs.push(options?.input ?? '');
    return '';
  };
  const table = new RouteTable({ exec, self: 'a', log: silentLogger });
  await table.sync(nodes);
  fail = false;
  await table.sync(nodes);
  await table.sync(nodes);
  assert.deepEqual(inputs, ['route replace 10.1.1.0/24 via 10.0.0.2\n']);
});

it('passes nothing but addresses to `ip`, which runs as root', () => {
  const evil = [
    node('c', '10.1.2.0/24', '10.0.0.3\nlink del eth0'),
    node('d', '10.1.3.0/24 dev lo\nlink del eth0', '10.0.0.4'),
    node('e', '10.1.4.0/24', 'fd00::5'),
  ];
  assert.equal(wantedRoutes(evil, '').size, 0);
});
