// Promise: pods of the deployment's template run in the wanted number, changes of the template reach them step by step
// without losing more or making more pods than allowed, and earlier templates stay as replica sets to go back to.
import { Deployment, type DeploymentStatus } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  controllerOf,
  controllerReference,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  uidOf,
} from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { referenceTo } from '../../client/events/events.ts';
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  indexByController,
  indexByNamespace,
  orphansOf,
} from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { claim } from '../framework/ownership/claim.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { Rollout } from './rollout.ts';
import { msUntilDeadline } from './status.ts';

export function createDeploymentController(context: ControllerContext): Controller {
  const deployments = context.informers.informer(Deployment);
  const sets = context.informers.informer(ReplicaSet);
  const pods = context.informers.informer(Pod);
  indexByNamespace(deployments);
  indexByController(sets);
  indexByController(pods);
  const keeper = new DeploymentKeeper(context, deployments, sets, pods);
  return {
    name: 'deployment-controller',
    watches: [
      watch(deployments, (deployment) => [keyOf(deployment)]),
      watch(sets, {
        onAdd: (set) => keeper.keysOfSet(set),
        onUpdate: (set, old) => new Set([...keeper.keysOfSet(set), ...keeper.keysOfSet(old)]),
        onDelete: (set) => keeper.keysOfSet(set),
      }),
      watch(pods, { onAdd: () => [], onUpdate: () => [], onDelete: (pod) => keeper.keysOfPod(pod) }),
    ],
    reconcile: (key) => keeper.reconcile(key),
  };
}

class DeploymentKeeper {
  readonly #context: ControllerContext;
  readonly #deployments: Informer<Deployment & KubeObject>;
  readonly #sets: Informer<ReplicaSet & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    deployments: Informer<Deployment & KubeObject>,
    sets: Informer<ReplicaSet & KubeObject>,
    pods: Informer<Pod & KubeObject>,
  ) {
    this.#context = context;
    this.#deployments = deployments;
    this.#sets = sets;
    this.#pods = pods;
    this.#writes = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const deployment = this.#deployments.lister.byKey(key);
    if (!deployment) return undefined;
    const wait = this.#writes.behindMs(key, this.#deployments.lister);
    if (wait > 0) return { requeueAfter: wait };
    const selector = labelSelectorOf(deployment.spec?.selector);
    if (selector.empty) return this.#refuse(deployment);
    const sets = await this.#claimSets(deployment);
    const pods = sets.flatMap((set) => this.#pods.lister.byIndex(BY_CONTROLLER, uidOf(set)));
    const rollout = new Rollout(
      this.#context,
      deployment,
      sets,
      pods.filter((pod) => selector.matches(labelsOf(pod))),
    );
    try {
      const status = await rollout.step();
      await this.#writeStatus(deployment, rollout.deployment, status);
      const requeueAfter = msUntilDeadline({ ...deployment, status }, status, this.#context.clock.now());
      return requeueAfter === undefined ? undefined : { requeueAfter };
    } catch (error) {
      // What led to the error stands in the conditions; that they cannot be written must not hide it.
      await this.#writeStatus(deployment, rollout.deployment, rollout.deployment.status ?? {}).catch(
        () => {},
      );
      throw error;
    }
  }

  /** A selector of everything would take every pod in the namespace. */
  async #refuse(deployment: Readonly<Deployment>): Promise<undefined> {
    const about = referenceTo(Deployment, deployment);
    this.#context.events.record(
      about,
      'Warning',
      'SelectingAll',
      'This deployment is selecting all pods. A non-empty selector is required.',
    );
    const generation = deployment.metadata.generation ?? 0;
    if ((deployment.status?.observedGeneration ?? 0) < generation)
      await this.#writeStatus(deployment, deployment, {
        ...deployment.status,
        observedGeneration: generation,
      });
    return undefined;
  }

  #claimSets(deployment: Readonly<Deployment>): Promise<Readonly<ReplicaSet>[]> {
    const { lister } = this.#sets;
    const { client } = this.#context;
    return claim<ReplicaSet & KubeObject>({
      client,
      owner: deployment,
      ownerReference: controllerReference(Deployment, deployment),
      selector: labelSelectorOf(deployment.spec?.selector),
      childKind: ReplicaSet,
      children: [
        ...lister.byIndex(BY_CONTROLLER, uidOf(deployment)),
        ...lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(deployment))),
      ],
      readOwner: () => client.get(Deployment, nameOf(deployment), namespaceOf(deployment)),
    });
  }

  /** `stored` is what the server is known to have; `current` carries the resource version to write at. */
  async #writeStatus(
    stored: Readonly<Deployment>,
    current: Readonly<Deployment>,
    status: DeploymentStatus,
  ): Promise<void> {
    if (sameMeaning(stored.status, status)) return;
    const changed = { ...current, status };
    const written = await this.#context.client.update(Deployment, changed, { subresource: 'status' });
    this.#writes.wrote(keyOf(written), written);
  }

  keysOfSet(set: Readonly<ReplicaSet>): string[] {
    const owner = controllerOf(set);
    if (owner) return this.#ownerKey(set, owner.kind, owner.name, owner.uid);
    return this.#deployments.lister
      .byIndex(BY_NAMESPACE, namespaceOf(set))
      .filter((deployment) => labelSelectorOf(deployment.spec?.selector).matches(labelsOf(set)))
      .map(keyOf);
  }

  /** A Recreate rollout goes on once the last old pod is gone. */
  keysOfPod(pod: Readonly<Pod>): string[] {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return [];
    const set = this.#sets.lister.get(owner.name, namespaceOf(pod));
    if (!set || uidOf(set) !== owner.uid) return [];
    return this.keysOfSet(set).filter(
      (key) => this.#deployments.lister.byKey(key)?.spec?.strategy?.type === 'Recreate',
    );
  }

  #ownerKey(child: Readonly<KubeObject>, kind: string, name: string, uid: string): string[] {
    if (kind !== 'Deployment') return [];
    const deployment = this.#deployments.lister.get(name, namespaceOf(child));
    return deployment && uidOf(deployment) === uid ? [keyOf(deployment)] : [];
  }
}
