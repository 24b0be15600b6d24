// One fault under load: what it costs until a pod starts again, for who writes by the virtual address, and for who calls a Service.
import { Deployment } from '../../../src/api/kinds/apps/v1/deployment.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { eventually } from '../eventually.ts';
import type { Fault } from './faults.ts';
import { type ApiLine, Writer } from './load.ts';
import type { SeveralServers } from './scene.ts';

export interface Costs {
  /** Milliseconds from the fault until a Deployment that was created after it had a ready pod. */
  readonly pod: number;
  /** The longest time between two acknowledged writes by the virtual address. */
  readonly write: number;
  readonly lost: readonly string[];
}

const LIMIT_MS = 60_000;

export async function measure(scene: SeveralServers, fault: Fault, round: number): Promise<Costs> {
  const line = await scene.line('virtual');
  const victim = await scene.leader(await scene.client(scene.servers[0]!));
  const writer = new Writer(line, `${fault.name}-${round}`);
  try {
    await eventually('the load', () => writer.acknowledged.length > 20);
    writer.gap();
    const from = clock.monotonic();
    await fault.cause(scene, victim);
    const pod = await podAfter(await scene.line('virtual'), `${fault.name}-${round}`, from);
    const write = writer.gap();
    await fault.end(scene, victim);
    const { client } = await scene.line(scene.servers.find((one) => one !== victim)!);
    await scene.whole(client);
    await writer.stop();
    return { pod, write, lost: await writer.lost(client) };
  } finally {
    await writer.stop();
  }
}

/** Milliseconds since `from` at which a Deployment that is created now has a ready pod. */
export async function podAfter({ client, renew }: ApiLine, name: string, from: number): Promise<number> {
  const labels = { app: name };
  const deployment: Deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'default' } },
    spec: {
      ...{ replicas: 1, selector: { matchLabels: labels } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }],
        },
      },
    },
  };
  await eventually(
    `a pod after ${name}`,
    async () => {
      try {
        const limit = clock.sleep(1_000).then(() => Promise.reject(new Error('no answer in time')));
        const asked = client
          .get(Deployment, name, 'default')
          .catch(() => client.create(Deployment, deployment));
        const found = await Promise.race([asked, limit]);
        return found.status?.readyReplicas === 1;
      } catch (error) {
        renew();
        throw error;
      }
    },
    LIMIT_MS,
  );
  const ms = clock.monotonic() - from;
  await client.delete(Deployment, name, 'default', { propagationPolicy: 'Background' }).catch(() => {});
  return ms;
}
