// Waiting pods with a node nominated for them, usually because preemption makes room there. The room is theirs: Filter counts
// them on the node for pods of equal or lower priority. Known here before the API shows status.nominatedNodeName, and filled
// from it when the scheduler starts. Filled by the event handlers, the scheduling cycle and the failure handler.
import type { PodInfo } from '../cache/pod-info.ts';

/** What Filter and preemption ask. */
export interface NominatedPods {
  onNode(node: string): Iterable<PodInfo>;
  /** The node nominated for the pod. */
  nodeOf(pod: PodInfo): string | undefined;
}

/** Implemented by SchedulerCache, whose nodes carry the version. */
export interface NominationMarks {
  /** Called after every change of what is nominated to the node, each time with another version; 0 once nothing is. */
  markNominated(node: string, version: number): void;
}

const NONE: readonly PodInfo[] = [];

export class Nominator implements NominatedPods {
  /** Pod uid → its node. */
  readonly #nodes = new Map<string, string>();
  /** Node → pod uid → pod. */
  readonly #pods = new Map<string, Map<string, PodInfo>>();
  readonly #marks: NominationMarks | undefined;
  #changes = 0;

  constructor(marks?: NominationMarks) {
    this.#marks = marks;
  }

  onNode(node: string): Iterable<PodInfo> {
    return this.#pods.get(node)?.values() ?? NONE;
  }

  nodeOf({ uid, pod }: PodInfo): string | undefined {
    return this.#nodes.get(uid) ?? (pod.status?.nominatedNodeName || undefined);
  }

  /** An empty node ends the nomination; undefined leaves what the pod's status says. */
  nominate(info: PodInfo, node: string | undefined): void {
    this.remove(info.uid);
    const name = node ?? info.pod.status?.nominatedNodeName;
    if (!name) return;
    this.#nodes.set(info.uid, name);
    let pods = this.#pods.get(name);
    if (!pods) {
      pods = new Map();
      this.#pods.set(name, pods);
    }
    pods.set(info.uid, info);
    this.#marks?.markNominated(name, ++this.#changes);
  }

  /** A waiting pod as the API shows it. An update that does not know of the nomination yet does not end it. */
  update(info: PodInfo, oldNode = ''): void {
    const known = this.#nodes.get(info.uid);
    const isUnaware = !oldNode && !info.pod.status?.nominatedNodeName;
    this.nominate(info, isUnaware ? known : undefined);
  }

  remove(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const pods = this.#pods.get(node);
    pods?.delete(uid);
    if (!pods?.size) this.#pods.delete(node);
    this.#marks?.markNominated(node, pods?.size ? ++this.#changes : 0);
  }
}
