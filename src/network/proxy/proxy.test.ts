import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { IPV4, IPV6 } from '../family.ts';
import { ProxyHealth } from './health/proxy-health.ts';
import { ProxyMetrics } from './metrics.ts';
import { service, slice } from './objects.fake.ts';
import { ServiceProxy } from './proxy.ts';

function scene(families = [IPV4]) {
  const clock = new SteppedClock();
  const written: string[] = [];
  const refused: string[] = [];
  const state = { fails: (_: string) => false, endpoints: ['10.0.0.1'], keys: ['default/web'] };
  const health = new ProxyHealth(clock);
  const metrics = new ProxyMetrics(clock);
  const proxy = new ServiceProxy({
    nodeName: 'n1',
    families: families.map((family) => ({ family, podCidrs: ['10.128.0.0/16'] })),
    source: {
      keys: () => state.keys,
      service: (key) => {
        if (key === 'default/odd') throw new Error('odd');
        return service();
      },
      slices: () => [slice(Object.fromEntries(state.endpoints.map((ip) => [ip, {}])))],
    },
    onRefused: (_, why) => refused.push(why),
    exec: async (command, options) => {
      if (command.includes('list')) throw new Error('no such table');
      if (state.fails(options?.input ?? '')) throw new Error('nft');
      written.push(options?.input ?? '');
      return '';
    },
    ...{ metrics, health, clock, log: silentLogger },
  });
  const step = async (ms: number) => {
    await clock.step(ms);
    await settle();
  };
  return { proxy, state, written, refused, step, health, metrics };
}

test('writes the whole table at start, differences after that, and the whole table again after an error', async () => {
  const { proxy, state, written, step } = scene();
  proxy.start();
  await step(10);
  assert.match(written[0]!, /table ip tiphys-proxy \{/);
  state.endpoints = ['10.0.0.2'];
  state.fails = () => true;
  proxy.changed('default/web');
  await step(10);
  state.fails = () => false;
  await step(1_000);
  assert.equal(written.length, 2);
  assert.match(written[1]!, /table ip tiphys-proxy \{/);
  assert.match(written[1]!, /10\.0\.0\.2/);
  state.endpoints = ['10.0.0.3'];
  proxy.changed('default/web');
  await step(10);
  assert.match(written[2]!, /10\.0\.0\.3/);
  assert.doesNotMatch(written[2]!, /table ip tiphys-proxy \{/);
  proxy.stop();
});

test('a family that the kernel refuses does no harm to the other', async () => {
  const { proxy, state, written, step } = scene([IPV6, IPV4]);
  state.fails = (text) => text.includes('ip6 tiphys-proxy');
  proxy.start();
  await step(10);
  assert.match(written[0]!, /^add table ip tiphys-proxy/);
  proxy.stop();
});

test('a Service that would fill the tables has no rules', async () => {
  const { proxy, state, written, refused, step } = scene();
  proxy.start();
  await step(10);
  assert.match(written[0]!, /svc \{ 10.96.0.20/);
  state.endpoints = Array.from({ length: 100_001 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  proxy.changed('default/web');
  await step(10);
  assert.deepEqual(refused, ['1 ports of 100001 endpoints are more than 100000']);
  assert.match(written[1]!, /delete element ip tiphys-proxy svc \{ 10.96.0.20/);
  proxy.stop();
});

test('a Service that cannot be computed does no harm to others, nor to later changes', async () => {
  const { proxy, state, written, step } = scene();
  state.keys = ['default/odd', 'default/web'];
  proxy.start();
  await step(10);
  assert.match(written[0]!, /svc \{ 10.96.0.20/);
  state.endpoints = ['10.0.0.2'];
  proxy.changed('default/web');
  await step(10);
  assert.match(written[1]!, /10\.0\.0\.2/);
  proxy.stop();
});

test('nothing is written before the start', async () => {
  const { proxy, written, step } = scene();
  proxy.setNode({ addresses: ['192.0.2.1'] });
  proxy.changed('default/web');
  await step(1_000);
  assert.deepEqual(written, []);
});

test('is unhealthy while a change has waited for a minute', async () => {
  const { proxy, state, step, health } = scene();
  state.fails = () => true;
  proxy.start();
  await step(10);
  assert.equal(health.isHealthy, true);
  await step(60_000);
  assert.equal(health.isHealthy, false);
  state.fails = () => false;
  await step(10_000);
  assert.equal(health.isHealthy, true);
  proxy.stop();
});

test('metrics tell of syncs, failures and how long a pod’s change took to arrive', async () => {
  const { proxy, state, step, metrics } = scene();
  state.fails = () => true;
  metrics.endpointsChanged(0);
  proxy.start();
  await step(10);
  assert.match(metrics.render(), /nftables_sync_failures_total 1\n/);
  assert.doesNotMatch(metrics.render(), /network_programming_duration_seconds_count/);
  state.fails = () => false;
  await step(10_000);
  assert.match(metrics.render(), /network_programming_duration_seconds_count 1\n/);
  assert.match(metrics.render(), /endpoint_changes_pending 0\n/);
  proxy.stop();
});
