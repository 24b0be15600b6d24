// Pods that may run only once: those of a StatefulSet. Each runs a program with its own number on its command line, which this process
// sees whatever machine it is on, so that a second one is noticed even when nobody tells the API of it.
import { readdirSync, readFileSync } from 'node:fs';
import { StatefulSet } from '../../../src/api/kinds/apps/v1/stateful-set.ts';
import type { Client } from '../../../src/client/client.ts';
import { systemClock, type Timer } from '../../../src/kit/clock.ts';
import { eventually } from '../eventually.ts';

/** Nobody else sleeps so long. */
const MARK = 8_640_000;
const LOOK_MS = 250;

export async function createPromised(client: Client, replicas: number): Promise<void> {
  const labels = { app: 'promised' };
  await client.create(StatefulSet, {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'promised', namespace: 'default' } },
    spec: {
      ...{ replicas, serviceName: 'promised', podManagementPolicy: 'Parallel' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              ...{ name: 'main', image: 'busybox:1' },
              command: ['sh', '-c', `exec sleep $((${MARK} + \${HOSTNAME##*-}))`],
            },
          ],
          // A node that is not heard of is given up at once.
          tolerations: ['not-ready', 'unreachable'].map((state) => ({
            ...{
              key: `node.kubernetes.io/${state}`,
              operator: 'Exists' as const,
              effect: 'NoExecute' as const,
            },
            tolerationSeconds: 0,
          })),
        },
      },
    },
  });
  await eventually(
    'the promised pods',
    async () => (await client.get(StatefulSet, 'promised', 'default')).status?.readyReplicas === replicas,
    60_000,
  );
}

/** Looks for pods that run twice. */
export class Promised {
  readonly #looks: Timer;
  readonly twice = new Set<string>();
  #most = 0;

  constructor() {
    this.#looks = systemClock.every(LOOK_MS, () => this.#look());
    this.#look();
  }

  /** The most that ran at a time. */
  get seen(): number {
    return this.#most;
  }

  stop(): void {
    this.#looks.cancel();
  }

  #look(): void {
    const found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(numberOf);
    this.#most = Math.max(this.#most, found.length);
    for (const number of found)
      if (found.filter((other) => other === number).length > 1) this.twice.add(`promised-${number}`);
  }
}

function numberOf(pid: string): number[] {
  try {
    const [program, seconds] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const number = Number(seconds) - MARK;
    return program === 'sleep' && number >= 0 && number < 100 ? [number] : [];
  } catch {
    return [];
  }
}
