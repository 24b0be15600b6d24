// The NodePolicy port: what this node offers, and so which pods and which resizes it takes.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import type { Pod, PodContainer, PodFailure } from '../pod.ts';
import type { NodePolicy } from '../pod-workers/ports.ts';
import { resizeVerdict } from '../resize/resize-plan.ts';
import { containerResources, type ResourceContext } from '../resources/container-resources.ts';
import type { Problem } from '../status/container-status.ts';
import { admit } from './admit.ts';

export interface LocalPolicyOptions {
  readonly hostIPs: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly allowedSysctls: readonly string[];
  readonly appArmor: boolean;
  readonly resources: ResourceContext;
  /** The other pods that use the node now. */
  readonly others: (pod: Pod) => readonly Pod[];
  /** As the kubelet saw it last. */
  readonly node: () => Node | undefined;
  /** undefined when it cannot be read now. */
  readonly readNode: () => Promise<Node | undefined>;
  readonly networkProblem: () => string | undefined;
}

export class LocalPolicy implements NodePolicy {
  readonly #options: LocalPolicyOptions;

  constructor(options: LocalPolicyOptions) {
    this.#options = options;
  }

  get hostIPs(): readonly string[] {
    return this.#options.hostIPs;
  }

  admit(pod: Pod, node = this.#options.node()): PodFailure | undefined {
    return admit(pod, { ...this.#options, node, others: this.#options.others(pod) });
  }

  readNode(): Promise<Node | undefined> {
    return this.#options.readNode();
  }

  resizeVerdict(pod: Pod): Problem | undefined {
    const { others, allocatable } = this.#options;
    return resizeVerdict(pod, others(pod), allocatable);
  }

  containerResources(pod: Pod, { spec }: PodContainer): LinuxContainerResources {
    return containerResources(pod, spec, this.#options.resources);
  }

  networkProblem(): string | undefined {
    return this.#options.networkProblem();
  }
}
