// What the answers of PostFilter plugins mean together: Success, or a certainty that nothing helps, ends the search for a plugin
// that can make the pod schedulable; otherwise the reasons add up (RunPostFilterPlugins of pkg/scheduler/framework/runtime).
import { addAll } from '../../kit/lists.ts';
import type { Plugin, PostFilterResult } from './plugin.ts';
import { from, type Status, unschedulable } from './status.ts';

export class PostFilterAnswers {
  readonly #reasons: string[] = [];
  #rejecting = '';
  #nominated: string | undefined;

  /** The result of all plugins when no other one needs to be asked. */
  add({ name }: Plugin, answer: PostFilterResult | Status): PostFilterResult | undefined {
    const { status, nominatedNode } = 'status' in answer ? answer : { status: answer };
    if (status.code !== 'Unschedulable')
      return { status: from(name, status), ...(nominatedNode !== undefined && { nominatedNode }) };
    this.#nominated = nominatedNode ?? this.#nominated;
    addAll(this.#reasons, status.reasons);
    this.#rejecting ||= name;
    return undefined;
  }

  /** When every plugin has answered. */
  all(): PostFilterResult {
    const status = from(this.#rejecting, unschedulable(...this.#reasons));
    return { status, ...(this.#nominated !== undefined && { nominatedNode: this.#nominated }) };
  }
}
