// Promise: pods of the deployment's template run in the wanted number; a change of the template is rolled out step by step
// within maxSurge and maxUnavailable; and earlier templates are kept as replica sets to roll back to.
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf, labelsOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { referenceTo } from '../../client/events/events.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { OwnedObjects } from '../framework/ownership/owned-objects.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import { Rollout } from './rollout.ts';
import { msUntilDeadline } from './status.ts';

export function createDeploymentController(context: ControllerContext): Controller {
  const reconciler = new DeploymentReconciler(context);
  return {
    name: 'deployment-controller',
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
  };
}

type Owner = Deployment & KubeObject;
type OwnedSet = ReplicaSet & KubeObject;

class DeploymentReconciler {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<Owner>;
  readonly #sets: OwnedObjects<Owner, OwnedSet>;
  /** The pods of the replica sets, which the deployment owns only through them. */
  readonly #pods: OwnedObjects<OwnedSet, Pod & KubeObject>;
  readonly #status: StatusWriter<Owner>;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#owners = ownerKind(context, Deployment, ({ spec }) => labelSelectorOf(spec?.selector));
    const sets = ownerKind(context, ReplicaSet, ({ spec }) => labelSelectorOf(spec?.selector));
    const pods = context.informers.informer(Pod);
    this.#sets = new OwnedObjects(context, this.#owners, sets);
    this.#pods = new OwnedObjects(context, sets, { kind: Pod, informer: pods });
    this.#status = new StatusWriter(context.clock, this.#owners);
  }

  get watches() {
    const { informers } = this.#context;
    return [
      watch(this.#owners.informer, (deployment) => [keyOf(deployment)]),
      watch(informers.informer(ReplicaSet), this.#sets.keys),
      watch(informers.informer(Pod), {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: (pod) => this.#keysOfDeletedPod(pod),
      }),
    ];
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const deployment = this.#owners.informer.lister.byKey(key);
    if (!deployment) return undefined;
    const wait = this.#status.behindMs(key);
    if (wait > 0) return { requeueAfter: wait };
    const selector = this.#owners.selectorOf(deployment);
    if (selector.empty) return this.#refuse(deployment);
    const sets = await this.#sets.claim(deployment);
    const pods = () =>
      sets.flatMap((set) => this.#pods.of(set)).filter((pod) => selector.matches(labelsOf(pod)));
    const rollout = new Rollout(this.#context, deployment, sets, pods);
    try {
      const status = await rollout.step();
      await this.#status.write(deployment, status, rollout.deployment);
      const requeueAfter = msUntilDeadline({ ...deployment, status }, status, this.#context.clock.now());
      return requeueAfter === undefined ? undefined : { requeueAfter };
    } catch (error) {
      // The conditions report the error; a failure to write them must not replace it.
      const status = rollout.deployment.status ?? {};
      await this.#status.write(deployment, status, rollout.deployment).catch(() => {});
      throw error;
    }
  }

  /** An empty selector would select every pod in the namespace. */
  async #refuse(deployment: Readonly<Owner>): Promise<undefined> {
    const about = referenceTo(Deployment, deployment);
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.#context.events.record(about, 'Warning', 'SelectingAll', message);
    const observedGeneration = deployment.metadata.generation ?? 0;
    if ((deployment.status?.observedGeneration ?? 0) < observedGeneration)
      await this.#status.write(deployment, { ...deployment.status, observedGeneration });
    return undefined;
  }

  /** A Recreate rollout continues once the last old pod is gone. */
  #keysOfDeletedPod(pod: Readonly<Pod & KubeObject>): string[] {
    const set = this.#pods.ownerOf(pod);
    const deployment = set && this.#sets.ownerOf(set);
    return deployment?.spec?.strategy?.type === 'Recreate' ? [keyOf(deployment)] : [];
  }
}
