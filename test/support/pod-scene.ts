// A cluster of one node for tests of what pods may ask of it: pods made of busybox, and what can be waited for about them.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { busyboxImage } from './busybox-image.ts';
import { startTestCluster, type TestCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  podIP?: string;
  hostIP?: string;
  qosClass?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state: { waiting?: { reason: string; message?: string }; running?: object; terminated?: Ended };
  lastState: { terminated?: Ended };
}

export interface Ended {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string;
  finishedAt: string;
}

export const sh = (script: string) => ['sh', '-c', script];
/** The containers of a pod with one, `main`, that runs a shell script. */
export const main = (script: string, extra: object = {}) => [
  { name: 'main', image: 'busybox:1', command: sh(script), ...extra },
];
export const firstOf = (status: PodStatus) => status.containerStatuses![0]!;

export class PodScene {
  readonly cluster: TestCluster;

  private constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  static async start(name: string, flags: string[] = [], nodes = 1): Promise<PodScene> {
    const cluster = await startTestCluster({ name, flags, nodes });
    const archive = join(cluster.directory, 'busybox.tar');
    await writeFile(archive, await writeArchive(busyboxImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    return new PodScene(cluster);
  }

  /** Creates anything. */
  create(...objects: object[]): Promise<string> {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    return this.cluster.kubectlWith(JSON.stringify(list), 'create', '-f', '-');
  }

  async status(name: string): Promise<PodStatus> {
    return JSON.parse(await this.cluster.kubectl('get', 'pod', name, '-o', 'json')).status;
  }

  until(name: string, what: string, check: (status: PodStatus) => unknown): Promise<PodStatus> {
    let last: PodStatus | undefined;
    return eventually(`${name}: ${what}`, async () => {
      last = await this.status(name);
      return check(last) ? last : undefined;
    }).catch((error) => {
      throw new Error(`${error.message}; it is ${JSON.stringify(last)}`, { cause: error });
    });
  }

  phase(name: string, wanted: string): Promise<PodStatus> {
    return this.until(name, wanted, (status) => status.phase === wanted);
  }

  /** The reason for which the first container waits, once it is `reason`; gives the message. */
  async waiting(name: string, reason: string): Promise<string | undefined> {
    const check = (status: PodStatus) => status.containerStatuses?.[0]?.state.waiting?.reason === reason;
    return firstOf(await this.until(name, reason, check)).state.waiting?.message;
  }

  logs(name: string, ...words: string[]): Promise<string> {
    return this.cluster.kubectl('logs', name, ...words);
  }

  /** The lines that a pod has logged when it has succeeded. */
  async lines(name: string, ...words: string[]): Promise<string[]> {
    await this.phase(name, 'Succeeded');
    return (await this.logs(name, ...words)).trimEnd().split('\n');
  }

  /** `reason: message` of the events about a pod. */
  async events(name: string): Promise<string[]> {
    const words = ['get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'json'];
    const { items } = JSON.parse(await this.cluster.kubectl(...words));
    return items.map((event: { reason: string; message: string }) => `${event.reason}: ${event.message}`);
  }

  async event(name: string, wanted: RegExp): Promise<void> {
    let last: string[] = [];
    await eventually(`${name}: ${wanted}`, async () => {
      last = await this.events(name);
      return last.some((event) => wanted.test(event));
    }).catch((error) => {
      throw new Error(`${error.message}; there are ${JSON.stringify(last)}`, { cause: error });
    });
  }

  async down(): Promise<void> {
    await this.cluster.down();
  }
}

/** A pod that runs once unless `spec` says otherwise. */
export const pod = (name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { terminationGracePeriodSeconds: 1, restartPolicy: 'Never', ...spec },
});
