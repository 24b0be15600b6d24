// A scheduler over a test cluster in which nothing else runs: no controllers, no kubelets.

import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import type { ApiServerOptions } from '../../apiserver/options.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder } from '../../client/events/events.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { type Logger, silentLogger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { SimCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aContainer, aPod, type PodSpec } from '../../sim/objects/pod.ts';
import { Scheduler, type SchedulerOptions } from '../scheduler.ts';

const namespace = 'default';

export interface RunningSchedulerOptions {
  readonly profile?: SchedulerOptions['profile'];
  readonly settings?: SchedulerOptions['settings'];
  readonly userPlugins?: SchedulerOptions['userPlugins'];
  readonly features?: FeatureGates;
  /** What the API serves beside the usual. */
  readonly apis?: ApiServerOptions['apis'];
  /** In place of one that says nothing. */
  readonly log?: Logger;
  /** Wraps the scheduler's own client. */
  readonly meddle?: (client: Client) => Client;
}

export class RunningScheduler {
  readonly cluster: SimCluster;
  readonly metrics = new MetricsRegistry();
  readonly #options: RunningSchedulerOptions;
  #informers: InformerFactory;
  #scheduler: Scheduler;

  constructor(options: RunningSchedulerOptions) {
    this.#options = options;
    const { features, apis } = options;
    this.cluster = new SimCluster({
      ...((features || apis) && { apiServer: { ...(features && { features }), ...(apis && { apis }) } }),
    });
    this.#informers = this.cluster.informers;
    this.#scheduler = this.#make();
  }

  get scheduler(): Scheduler {
    return this.#scheduler;
  }

  async start(): Promise<void> {
    await this.cluster.start({});
    await this.#run();
  }

  /** Another scheduler takes over, which knows only what the API shows. */
  async restartScheduler(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.#scheduler.stop();
    this.#informers.stop();
    await meanwhile();
    const { client, clock, random } = this.cluster;
    this.#informers = new InformerFactory({ client, clock, random, log: silentLogger });
    this.#scheduler = this.#make();
    await this.#run();
  }

  #make(): Scheduler {
    const { clock, random } = this.cluster;
    const { profile, settings, userPlugins, features, apis, meddle = (client) => client } = this.#options;
    const client = meddle(this.cluster.clientOf('system:kube-scheduler'));
    const { log = silentLogger } = this.#options;
    return new Scheduler({
      ...{ client, clock, random, log, informers: this.#informers, metrics: this.metrics },
      events: createEventRecorder({ client, clock, log, component: 'default-scheduler' }),
      ...(profile && { profile }),
      ...(settings && { settings }),
      ...(userPlugins && { userPlugins }),
      ...(features && { features }),
      servesPodGroups: apis?.serves(PodGroup.resource) ?? false,
    });
  }

  async #run(): Promise<void> {
    this.#informers.start();
    void this.#scheduler.run();
    await this.cluster.settle();
  }

  async stop(): Promise<void> {
    await this.#scheduler.stop();
    this.#informers.stop();
    await this.cluster.stop();
  }

  async addNode(name: string, cpu: string): Promise<void> {
    const { client } = this.cluster;
    await client.create(Node, aNode(name, { cpu, memory: '4Gi', pods: '10' }));
    // A new node is tainted until it is ready; no controller removes the taint here.
    await client.patch(Node, name, undefined, 'merge', { spec: { taints: null } });
    await this.cluster.settle();
  }

  async addPod(name: string, cpu: string, spec: Partial<PodSpec> = {}): Promise<Pod> {
    const containers = [aContainer('main', { resources: { requests: { cpu } } })];
    const pod = await this.cluster.client.create(Pod, aPod(name, { containers, ...spec }));
    await this.cluster.settle();
    return pod;
  }

  get(name: string): Promise<Pod> {
    return this.cluster.client.get(Pod, name, namespace);
  }

  async nodeOf(name: string): Promise<string | undefined> {
    return (await this.get(name)).spec?.nodeName;
  }

  /** The pod's PodScheduled condition. */
  async scheduled(name: string) {
    return (await this.get(name)).status?.conditions?.find(({ type }) => type === 'PodScheduled');
  }

  async eventsOf(name: string): Promise<Event[]> {
    const fieldSelector = `involvedObject.name=${name}`;
    return (await this.cluster.client.list(Event, { namespace, fieldSelector })).items;
  }
}
