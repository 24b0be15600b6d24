// Promise: the pods of a Deployment, StatefulSet or DaemonSet with the annotation tiphys.io/roll-on-config-change: "true" are rolled when the
// content of a ConfigMap or Secret changes that its template uses. The template gets an annotation; everything else is the rolling update
// of the workload itself. docs/configuration-rollout.md; why so: decision 68. Kubernetes has no such controller.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  type Watch,
  watch,
} from '../framework/controller.ts';
import { Contents, configurationHash } from './contents.ts';
import { decide, type Known } from './decide.ts';
import { useKey, usesOf } from './uses.ts';

/** `"true"` asks for it. */
export const ROLL_ON_CHANGE = 'tiphys.io/roll-on-config-change';
/** Of a template: what makes its pods new. Of a workload: for which configuration they were rolled last. */
export const CONFIG_HASH = 'tiphys.io/config-hash';

const KINDS = { Deployment, StatefulSet, DaemonSet } as const;
type WorkloadKind = keyof typeof KINDS;

interface Workload extends KubeObject {
  readonly spec?: {
    readonly template?: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec?: PodSpec;
    };
  };
}

const asks = ({ metadata }: Readonly<KubeObject>): boolean =>
  metadata.annotations?.[ROLL_ON_CHANGE] === 'true';
const isRecorded = ({ metadata }: Readonly<KubeObject>): boolean =>
  metadata.annotations?.[CONFIG_HASH] !== undefined;

export function createConfigurationRolloutController(context: ControllerContext): Controller {
  const rollout = new ConfigurationRollout(context);
  return {
    name: 'configuration-rollout-controller',
    workers: 2,
    watches: rollout.watches,
    start: (enqueue, signal) => rollout.start(enqueue, signal),
    reconcile: (key) => rollout.reconcile(key),
  };
}

class ConfigurationRollout {
  readonly watches: readonly Watch[];
  readonly #context: ControllerContext;
  readonly #contents: Contents;
  /** By workload. */
  readonly #known = new Map<string, Known>();
  readonly #uses = new Map<string, readonly string[]>();
  /** Which workloads use a ConfigMap or Secret. */
  readonly #users = new Map<string, Set<string>>();
  #enqueue: (key: string) => void = () => {};

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#contents = new Contents(context, (key) => {
      for (const user of this.#users.get(key) ?? []) this.#enqueue(user);
    });
    this.watches = (Object.keys(KINDS) as WorkloadKind[]).map((kind) => {
      const keys = (object: Readonly<KubeObject>) => [`${kind}/${namespaceOf(object)}/${nameOf(object)}`];
      const ifAsked = (object: Readonly<KubeObject>) =>
        asks(object) || isRecorded(object) ? keys(object) : [];
      return watch(context.informers.informer<(typeof KINDS)[WorkloadKind]>(KINDS[kind]), {
        onAdd: ifAsked,
        onUpdate: (object, old) => (asks(object) || asks(old) || isRecorded(object) ? keys(object) : []),
        onDelete: (object) => (asks(object) ? keys(object) : []),
      });
    });
  }

  start(enqueue: (key: string) => void, signal: AbortSignal): void {
    this.#enqueue = enqueue;
    signal.addEventListener('abort', () => this.#contents.end(), { once: true });
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const [kind, namespace = '', name = ''] = key.split('/') as [WorkloadKind, string, string];
    const workload: Readonly<Workload> | undefined = this.#context.informers
      .informer<(typeof KINDS)[WorkloadKind]>(KINDS[kind])
      .lister.get(name, namespace);
    if (!workload || !asks(workload)) {
      this.#forget(key);
      if (workload && isRecorded(workload)) await this.#write(kind, workload, null);
      return undefined;
    }
    const uses = usesOf(workload.spec?.template?.spec);
    this.#remember(
      key,
      uses.map((use) => useKey(use, namespace)),
    );
    await this.#contents.begin();
    const hash = configurationHash(uses, (use) => this.#contents.hashOf(use, namespace));
    // What is missing comes, and is told of.
    if (hash === undefined) return undefined;
    const decision = decide(this.#known.get(key), {
      hash,
      recorded: workload.metadata.annotations?.[CONFIG_HASH],
      stamp: workload.spec?.template?.metadata?.annotations?.[CONFIG_HASH],
      now: this.#context.clock.monotonic(),
    });
    if (decision.type === 'record') await this.#write(kind, workload, hash);
    if (decision.type === 'roll') {
      await this.#write(kind, workload, hash, decision.stamp);
      this.#context.events.record(
        referenceTo(KINDS[kind], workload),
        'Normal',
        'ConfigurationChanged',
        'Rolling pods: the content of a ConfigMap or Secret that the template uses has changed',
      );
    }
    this.#known.set(key, decision.known);
    return decision.type === 'wait' ? { requeueAfter: decision.ms } : undefined;
  }

  async #write(
    kind: WorkloadKind,
    { metadata }: Readonly<KubeObject>,
    hash: string | null,
    stamp?: string,
  ): Promise<void> {
    const annotated = { metadata: { annotations: { [CONFIG_HASH]: hash } } };
    const stamped = { spec: { template: { metadata: { annotations: { [CONFIG_HASH]: stamp } } } } };
    const patch = { ...annotated, ...(stamp !== undefined && stamped) };
    try {
      await this.#context.client.patch(KINDS[kind], metadata.name!, metadata.namespace, 'merge', patch);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #remember(key: string, uses: readonly string[]): void {
    this.#unlink(key);
    this.#uses.set(key, uses);
    for (const use of uses) {
      const users = this.#users.get(use) ?? new Set();
      this.#users.set(use, users.add(key));
    }
  }

  #forget(key: string): void {
    this.#unlink(key);
    this.#known.delete(key);
    if (this.#uses.size === 0) this.#contents.end();
  }

  #unlink(key: string): void {
    for (const use of this.#uses.get(key) ?? []) {
      const users = this.#users.get(use);
      users?.delete(key);
      if (users?.size === 0) this.#users.delete(use);
    }
    this.#uses.delete(key);
  }
}
