// What one control plane of a cluster does at a time beside scheduling: the controllers, the objects that every cluster has, and the
// cleaning up after load balancers. Called by control-plane.ts.
import { dirname } from 'node:path';
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { KUBERNETES_VERSION } from '../../../api/meta/v1/version.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import type { Transport } from '../../../client/transport/transport.ts';
import type { RunningControllers } from '../../../controllers/all.ts';
import type { RunningCloudControllers } from '../../../controllers/cloud/start.ts';
import { rangesOf } from '../../../controllers/node-ipam/plan.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { Random } from '../../../kit/random.ts';
import { CLUSTER_DOMAIN } from '../../addressing/addresses.ts';
import type { Credential } from '../../pki/credential-files.ts';
import { startControllerManager } from '../controller-manager.ts';
import type { ControlPlaneSettings } from '../settings.ts';

export const MANAGER = 'system:kube-controller-manager';
/** Has the ClusterRole of the same name. */
const DOOR = 'tiphys:ingress-controller';
const DOOR_MANAGER = 'tiphys-ingress-controller';
const SERVICE_ACCOUNT_GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];

export interface ManagerWorkOptions {
  readonly settings: ControlPlaneSettings;
  /** Whether nodes are there, or may join. */
  readonly hasNodes: boolean;
  readonly clusterCidrs: readonly string[] | undefined;
  /** Names and addresses of this API server. */
  readonly serverNames: readonly string[];
  /** Signs certificates. */
  readonly ca: Credential;
  readonly features: FeatureGates;
  readonly transportOf: (user: string, groups?: readonly string[]) => Transport;
  /** With the rights of an administrator. */
  readonly admin: Transport;
  readonly informers: InformerFactory;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class ManagerWork {
  readonly #options: ManagerWorkOptions;
  readonly #admin: RestClient;
  #controllers: RunningControllers | undefined;
  #balancerCleanup: RunningCloudControllers | undefined;
  #pool: RunningCloudControllers | undefined;
  #endJoining: () => void = () => {};
  #endDoors: () => Promise<void> = async () => {};
  #endManifests: () => Promise<void> = async () => {};
  #stopped = false;

  constructor(options: ManagerWorkOptions) {
    this.#options = options;
    this.#admin = new RestClient({ transport: options.admin, clock: options.clock });
  }

  startControllers(): void {
    if (!this.#options.settings.without.includes('controller-manager'))
      this.#controllers = this.#startControllers();
  }

  /** What nothing waits for. */
  startOthers(): void {
    const { settings, hasNodes } = this.#options;
    if (hasNodes) void this.#installDefaults();
    void this.#installApis();
    void this.#prepareJoining();
    // Beside a server anybody's cloud controller manager may run.
    const hasOwnCloud = !settings.server && !settings.without.includes('cloud-controller-manager');
    if (!settings.nodes && hasOwnCloud) void this.#startBalancerCleanup();
    if (settings.server) void this.#awaitDoors();
    void this.#keepManifests();
    if (settings.loadBalancerPool) void this.#startPool(settings.loadBalancerPool);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endJoining();
    await this.#controllers?.stop();
    await this.#balancerCleanup?.stop();
    await this.#pool?.stop();
    await this.#endDoors();
    await this.#endManifests();
  }

  #startControllers(): RunningControllers {
    const { ca, features, clusterCidrs, serverNames, transportOf, clock } = this.#options;
    return startControllerManager({
      ...this.#options,
      transport: transportOf(MANAGER),
      clientFor: (account) => {
        const user = `system:serviceaccount:kube-system:${account}`;
        return new RestClient({ transport: transportOf(user, SERVICE_ACCOUNT_GROUPS), clock });
      },
      settings: {
        rootCa: ca.certificate,
        signing: ca,
        serverNames,
        features,
        ...(clusterCidrs && { podRanges: rangesOf(clusterCidrs.join(',')) }),
      },
    });
  }

  async #installDefaults(): Promise<void> {
    try {
      const { installDefaultStorage } = await import('../defaults/default-storage.ts');
      await installDefaultStorage(this.#admin);
      const { installDefaultIngressClass } = await import('../defaults/default-ingress-class.ts');
      await installDefaultIngressClass(this.#admin);
    } catch (error) {
      this.#options.log.warn('the default classes could not be created', { error });
    }
  }

  async #installApis(): Promise<void> {
    const { clock, log, hasNodes, informers } = this.#options;
    try {
      const { firstNode } = await import('../apis/install.ts');
      const { installSnapshotApi } = await import('../apis/snapshot-api.ts');
      const { installGatewayApi } = await import('../apis/gateway-api.ts');
      await firstNode(informers.informer(Node), clock);
      await installSnapshotApi(this.#admin);
      await installGatewayApi(this.#admin, hasNodes);
    } catch (error) {
      log.warn('the APIs of snapshots and Gateways could not be installed', { error });
    }
  }

  /** Machines join with bootstrap tokens; without any nothing is written. */
  async #prepareJoining(): Promise<void> {
    const { settings, clusterCidrs } = this.#options;
    if (!clusterCidrs || settings.without.includes('controller-manager')) return;
    const { installJoiningWithFirstToken } = await import('./joining.ts');
    if (this.#stopped) return;
    const { serviceCidrs, loadBalancerPool: pool = [] } = settings;
    const facts = {
      ...{ serviceCidrs, clusterCidrs, pool },
      domain: CLUSTER_DOMAIN,
      version: KUBERNETES_VERSION,
    };
    this.#endJoining = installJoiningWithFirstToken({ ...this.#options, client: this.#admin, facts });
  }

  /** Nodes that have joined may be doors. */
  async #awaitDoors(): Promise<void> {
    const { transportOf, informers, clock, random, log } = this.#options;
    const { awaitDoors } = await import('../../doors/await-doors.ts');
    if (this.#stopped) return;
    const client = new RestClient({ transport: transportOf(DOOR), clock, fieldManager: DOOR_MANAGER });
    this.#endDoors = awaitDoors({
      ...{ client, admin: this.#admin, informers, clock, random },
      log: log.child('doors'),
    });
  }

  /** Files in the data directory are applied, and stay so. */
  async #keepManifests(): Promise<void> {
    const { settings, admin, clock, random, log } = this.#options;
    const { awaitFiles } = await import('../../kept-manifests/await-files.ts');
    if (this.#stopped) return;
    this.#endManifests = awaitFiles({
      ...{ dataDir: dirname(settings.store), transport: admin, clock, random },
      ...(settings.manifests && { directory: settings.manifests }),
      log: log.child('manifests'),
    });
  }

  /** Services get addresses of the pool, which the agents of nodes announce. */
  async #startPool(pool: readonly string[]): Promise<void> {
    const { informers, clock, random, log } = this.#options;
    const [{ startCloudControllers }, { providerOf }, { PoolBalancers }, { rangesOf: rangesOfPool }] =
      await Promise.all([
        import('../../../controllers/cloud/start.ts'),
        import('../../node-agent/local-cloud.ts'),
        import('../../../network/balanced-addresses/pool-balancers.ts'),
        import('../../../network/balanced-addresses/ranges.ts'),
      ]);
    if (this.#stopped) return;
    const context = { client: this.#admin, informers, clock, random, log: log.child('cloud') };
    const services = informers.informer(Service);
    const balancers = new PoolBalancers({
      ranges: rangesOfPool(pool),
      services: () => services.lister.list(),
    });
    this.#pool = startCloudControllers(context, { loadBalancers: providerOf(balancers) });
  }

  /** Load balancers are made beside the nodes. */
  async #startBalancerCleanup(): Promise<void> {
    const { informers, clock, random, log } = this.#options;
    const { startCloudControllers } = await import('../../../controllers/cloud/start.ts');
    if (this.#stopped) return;
    const context = { client: this.#admin, informers, clock, random, log: log.child('cloud') };
    this.#balancerCleanup = startCloudControllers(context, { noLoadBalancers: true });
  }
}
