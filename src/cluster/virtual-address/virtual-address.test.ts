// Three servers of one simulated cluster, each with a pretended machine: who has the address, and who told the neighbours.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import type { Answer } from '../server-balancer/probe.ts';
import { LEASE, startVirtualAddress } from './virtual-address.ts';

const ADDRESS = '10.0.0.100';
const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
let cluster: SimCluster;
let answers: Map<string, Answer>;
let machines: Map<string, { held: boolean; told: number; stop: () => Promise<void> }>;

function start(own: string): void {
  const machine = { held: false, told: 0, stop: async () => {} };
  machines.set(own, machine);
  const { client, clock, random } = cluster;
  const informers = new InformerFactory({ client, clock, random, log });
  const running = startVirtualAddress({
    ...{ address: ADDRESS, own, self: `${own}:6443`, client, informers, clock, log },
    prober: {
      probe: async ({ host }) => answers.get(`${own}>${host}`) ?? answers.get(host) ?? 'ready',
      close: () => {},
    },
    exec: async ([program, first], options) => {
      if (program === 'perl') machine.told++;
      else if (first === '-json') {
        const addr_info = [
          { local: own, prefixlen: 24 },
          ...(machine.held ? [{ local: ADDRESS, prefixlen: 32 }] : []),
        ];
        return JSON.stringify([{ ifindex: 2, ifname: 'eth0', address: '02:00:00:00:00:02', addr_info }]);
      } else if (program === 'ip') machine.held = options!.input!.startsWith('address replace');
      return '';
    },
  });
  machine.stop = async () => {
    await running.stop();
    informers.stop();
  };
  informers.start();
}

const holders = () => HOSTS.filter((host) => machines.get(host)?.held);

beforeEach(async () => {
  cluster = await simCluster();
  answers = new Map();
  machines = new Map();
  await cluster.client
    .create(EndpointSlice, {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: { name: 'kubernetes', namespace: 'default' },
      endpoints: HOSTS.map((host) => ({ addresses: [host], conditions: { ready: true } })),
      ports: [{ port: 6443 }],
    })
    .catch(async () => {
      const endpoints = HOSTS.map((host) => ({ addresses: [host], conditions: { ready: true } }));
      await cluster.client.patch(EndpointSlice, 'kubernetes', 'default', 'merge', {
        endpoints,
        ports: [{ port: 6443 }],
      });
    });
  for (const host of HOSTS) start(host);
  await cluster.step(3_000);
});
afterEach(async () => {
  const stopped = Promise.all([...machines.values()].map(({ stop }) => stop()));
  await cluster.step(2_000);
  await stopped;
  await cluster.stop();
});

test('one server has the address and says so; another one when it is silent, and it stays there', async () => {
  const [first, ...others] = holders();
  assert.ok(first);
  assert.deepEqual(others, []);
  assert.ok(machines.get(first)!.told > 0);
  answers.set(first, 'silent');
  await cluster.step(3_000);
  const [second, ...more] = holders().filter((host) => host !== first);
  assert.ok(second);
  assert.deepEqual(more, []);
  assert.ok(machines.get(second)!.told > 0);
  answers.delete(first);
  await cluster.step(10_000);
  assert.deepEqual(holders(), [second]);
  const lease = await cluster.client.get(Lease, LEASE, 'kube-system');
  assert.equal(lease.spec?.holderIdentity, `${second}:6443`);
});

test('a server that ends lets go when another one has the address', async () => {
  const [first] = holders() as [string];
  const stopped = machines.get(first)!.stop();
  await cluster.step(300);
  assert.equal(holders().length, 2);
  assert.equal(machines.get(first)!.held, true);
  await cluster.step(1_000);
  await stopped;
  assert.equal(holders().length, 1);
  assert.equal(machines.get(first)!.held, false);
});

test('a server that is not ready lets go', async () => {
  const [first] = holders() as [string];
  answers.set(first, 'unready');
  await cluster.step(3_000);
  assert.equal(machines.get(first)!.held, false);
  assert.equal(holders().length, 1);
});

test('a server that hears nobody does not take the address at once: it may be deaf, and others would believe it', async () => {
  const [first] = holders() as [string];
  const deaf = HOSTS.find((host) => host !== first)!;
  for (const host of HOSTS) if (host !== deaf) answers.set(`${deaf}>${host}`, 'silent');
  await cluster.step(5_000);
  assert.deepEqual(holders(), [first]);
  assert.equal(machines.get(deaf)!.told, 0);
  // Its store answers: it is the last one.
  await cluster.step(6_000);
  assert.ok(machines.get(deaf)!.held);
});

test('the address is said again and again', async () => {
  const machine = machines.get(holders()[0]!)!;
  await cluster.step(10_000);
  const before = machine.told;
  await cluster.step(10_000);
  assert.ok(machine.told - before >= 4);
});
