// Many pods that no scheduler takes, so that they cost nothing but their objects.

import { clientTo } from '../../../bench/support/client.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';

const AT_ONCE = 64;

export async function createPods(kubeconfig: string, namespace: string, count: number): Promise<void> {
  const { client, transport } = clientTo(kubeconfig);
  let next = 0;
  const one = async () => {
    while (next < count) {
      const name = `pod-${next++}`;
      await client.create(Pod, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app: 'many' } },
        spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'registry.example/many:1' }] },
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  } finally {
    transport.close();
  }
}
