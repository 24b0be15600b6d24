// Pods of which only one may run at a time: those of a StatefulSet, and those of an index of a Job that replaces a pod when it has ended.
// Each holds a lock on a file that all machines share, as long as any of its processes lives: one that finds it taken says so in
// another file, so that a second one is noticed however short it lives and whatever the API says.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulSet } from '../../../src/api/kinds/apps/v1/stateful-set.ts';
import { Job } from '../../../src/api/kinds/batch/v1/job.ts';
import type { PodTemplateSpec } from '../../../src/api/kinds/core/v1/pod-spec.ts';
import type { Client } from '../../../src/client/client.ts';
import { eventually } from '../eventually.ts';
import type { SeveralServers } from './scene.ts';

const PROGRAM = `
name=$1
exec 9>/witness/$name.lock
flock -n 9 || { echo $name >>/witness/twice; exit 1; }
echo $name >>/witness/starts
exec sleep 1000000`;

export class Promised {
  readonly #directory: string;
  readonly #names: readonly string[];

  private constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = names;
  }

  /** Resolves when all of them run, spread over the nodes. */
  static async start(scene: SeveralServers, client: Client, count: number): Promise<Promised> {
    // The same path on every machine: it is the host's.
    const directory = scene.outside.onDisk('witness');
    mkdirSync(directory);
    for (const file of ['twice', 'starts']) writeFileSync(join(directory, file), '');
    const numbers = Array.from({ length: count }, (_, i) => i);
    const names = numbers.flatMap((i) => [`promised-${i}`, `index-${i}`]);
    const promised = new Promised(directory, names);
    await client.create(StatefulSet, statefulSet(count, directory));
    await client.create(Job, job(count, directory));
    await eventually('the promised pods', () => names.every((name) => promised.starts(name) > 0), 90_000);
    return promised;
  }

  /** Names of those that ran twice at a time. */
  get twice(): string[] {
    return [...new Set(this.#lines('twice'))];
  }

  /** How often it has begun to run. */
  starts(name: string): number {
    return this.#lines('starts').filter((line) => line === name).length;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  #lines(file: string): string[] {
    return readFileSync(join(this.#directory, file), 'utf8').split('\n').filter(Boolean);
  }
}

/** A node that is not heard of is given up at once. */
export const GIVEN_UP_AT_ONCE = ['not-ready', 'unreachable'].map((state) => ({
  ...{ key: `node.kubernetes.io/${state}`, operator: 'Exists' as const, effect: 'NoExecute' as const },
  tolerationSeconds: 0,
}));

export const spreadOverNodes = (app: string) => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels: { app } },
  },
];

function template(app: string, directory: string, name: string): PodTemplateSpec {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          ...{ name: 'main', image: 'busybox:1', command: ['sh', '-c', PROGRAM, 'program', name] },
          volumeMounts: [{ name: 'witness', mountPath: '/witness' }],
        },
      ],
      volumes: [{ name: 'witness', hostPath: { path: directory, type: 'Directory' } }],
      tolerations: GIVEN_UP_AT_ONCE,
      topologySpreadConstraints: spreadOverNodes(app),
    },
  };
}

function statefulSet(replicas: number, directory: string): StatefulSet {
  const { spec, metadata } = template('promised', directory, '$(POD)');
  const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
  const containers = spec!.containers.map((container) => ({ ...container, env }));
  return {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'promised', namespace: 'default' } },
    spec: {
      ...{ replicas, serviceName: 'promised', podManagementPolicy: 'Parallel' },
      selector: { matchLabels: { app: 'promised' } },
      template: { metadata: metadata!, spec: { ...spec!, containers } },
    },
  };
}

function job(completions: number, directory: string): Job {
  const { spec, metadata } = template('index', directory, 'index-$(JOB_COMPLETION_INDEX)');
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'index', namespace: 'default' } },
    spec: {
      ...{ completions, parallelism: completions, completionMode: 'Indexed', backoffLimit: 1_000 },
      podReplacementPolicy: 'Failed',
      template: { metadata: metadata!, spec: { ...spec!, restartPolicy: 'Never' } },
    },
  };
}
