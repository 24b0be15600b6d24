import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import type { Transport } from '../../../client/transport/transport.ts';
import { silentLogger } from '../../../kit/log.ts';
import { MetricsRegistry } from '../../../kit/metrics.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { workInTerms } from './terms.ts';

let cluster: SimCluster;
beforeEach(async () => {
  cluster = await simCluster();
});
afterEach(() => cluster.stop());

/** A server whose work begins and ends; `cut` stands for a store that it cannot reach. */
function server(name: string, log: string[]) {
  const line = { cut: false, fit: true };
  const transport: Transport = {
    request: (request) => (line.cut ? new Promise(() => {}) : cluster.transport.request(request)),
    watch: (request) => cluster.transport.watch(request),
  };
  const { clock, random } = cluster;
  const mayLead = () => line.fit;
  const metrics = new MetricsRegistry();
  const tools = { transport, clock, random, metrics, log: silentLogger };
  const options = { name: 'worker', hostname: name, mayLead, ...tools };
  const given: { client?: RestClient } = {};
  const end = workInTerms(options, async (gate) => {
    log.push(`${name} begins`);
    given.client = new RestClient({ transport: gate(cluster.transport) });
    return async () => void log.push(`${name} ends`);
  });
  const leads = () => metrics.render().includes('leader_election_master_status{name="worker"} 1');
  return { line, given, end, leads };
}

test('one server works; when it loses the lead another one does, and the first one may ask for nothing more', async () => {
  const log: string[] = [];
  const first = server('one', log);
  await cluster.clock.step(3_000);
  const second = server('two', log);
  await cluster.clock.step(10_000);
  assert.deepEqual(log, ['one begins']);
  assert.deepEqual([first.leads(), second.leads()], [true, false]);
  assert.deepEqual((await first.given.client!.list(ConfigMap)).items, []);

  first.line.cut = true;
  await cluster.clock.step(10_000);
  assert.deepEqual([...log].sort(), ['one begins', 'one ends', 'two begins']);
  await assert.rejects(first.given.client!.list(ConfigMap), /does not lead any more/);

  // Its own requests are answered again: it stands by, and takes over at once when the other one ends.
  first.line.cut = false;
  await second.end();
  await cluster.clock.step(10_000);
  assert.deepEqual(log.slice(3), ['two ends', 'one begins']);
  await first.end();
  assert.equal(log.at(-1), 'one ends');
});

test('a server that may not lead gives the lead back at once, and is a candidate again when it may', async () => {
  const log: string[] = [];
  const first = server('one', log);
  await cluster.clock.step(3_000);
  const second = server('two', log);
  first.line.fit = false;
  await cluster.clock.step(3_000);
  assert.deepEqual(log, ['one begins', 'one ends', 'two begins']);
  await second.end();
  await cluster.clock.step(10_000);
  assert.equal(log.at(-1), 'two ends');
  first.line.fit = true;
  await cluster.clock.step(10_000);
  assert.equal(log.at(-1), 'one begins');
  await first.end();
});
