import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { simCluster } from '../sim/cluster.ts';
import { aBoundPod } from '../sim/objects/pod.ts';
import { findPod, podInPhase } from '../sim/observe.ts';
import type { PodNetwork } from './pod-network.ts';

test('the network knows a pod’s address before a container starts, holds the start back, and hears of the end', async (t) => {
  const heard: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const network: PodNetwork = {
    joined: (pod, addresses) => {
      const words = `joined ${pod.metadata.name} ${addresses}`;
      if (!heard.includes(words)) heard.push(words);
    },
    ready: () => gate,
    left: (uid) => void heard.push(`left ${uid}`),
  };
  const cluster = await simCluster({ nodes: [{ kubelet: { network } }] }, t);
  const { runtime } = cluster.node();
  await cluster.client.create(Pod, aBoundPod('host', { hostNetwork: true }));
  const { metadata } = await cluster.client.create(Pod, aBoundPod('web'));
  await cluster.until('the network hears of the pod', () => heard.length > 0, 100);
  await cluster.step(60_000);
  assert.equal(runtime.containers.size, 0);
  open();
  await podInPhase(cluster, 'web', 'Running');
  const ip = (await findPod(cluster, 'web'))?.status?.podIP;
  assert.deepEqual(heard, [`joined web ${ip}`]);
  await cluster.client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 1 });
  await cluster.until('the network hears of the end', () => heard.includes(`left ${metadata.uid}`), 100);
});
