// The NodePolicy port: what this node offers, and so which pods and which resizes it takes.
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

  admit(pod: Pod): PodFailure | undefined {
    return admit(pod, { ...this.#options, others: this.#options.others(pod) });
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
