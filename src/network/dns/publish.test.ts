import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { publishDns } from './publish.ts';

test('kube-dns gets a second address with the cluster’s second family, and gives it up with it', async () => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const started = async (...serviceCidrs: string[]) => {
    const cluster = await simCluster({ clock, apiServer: { store, serviceCidrs } });
    const [clusterIPs, addresses] = [
      ['10.96.0.10', 'fd00:96::a'],
      ['10.77.0.254', 'fd00::fe'],
    ].map((all) => all.slice(0, serviceCidrs.length)) as [string[], string[]];
    await publishDns(cluster.client, { clusterIPs, addresses });
    const { spec } = await cluster.client.get(Service, 'kube-dns', 'kube-system');
    await cluster.api.stop();
    return spec!.clusterIPs;
  };
  assert.deepEqual(await started('10.96.0.0/16'), ['10.96.0.10']);
  assert.deepEqual(await started('10.96.0.0/16', 'fd00:96::/112'), ['10.96.0.10', 'fd00:96::a']);
  assert.deepEqual(await started('10.96.0.0/16'), ['10.96.0.10']);
});
