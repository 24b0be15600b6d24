// Which pod has which address. The kubelet knows its own pods before any container of them starts, and until nothing of them runs;
// the API tells of all others, later. What the kubelet says comes first: an address is the pod's that got it last. Called by
// node-policies.ts.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { uidOf } from '../../api/meta/v1/object.ts';
import { canonical } from '../family.ts';
import { factsOf, hasEnded, hasNetwork, type PodFacts } from './pod-facts.ts';

/** What the kubelet knows of a pod of this node. */
interface Here {
  readonly pod: Pod;
  readonly addresses: readonly string[];
}

export class PodBook {
  readonly #nodeName: string;
  readonly #here = new Map<string, Here>();
  /** Address → the pod of this node that has it. */
  readonly #holders = new Map<string, string>();
  /** As the API has them. */
  readonly #seen = new Map<string, Pod>();
  /** The kubelet has let go of them; the API does not show it yet. */
  readonly #left = new Set<string>();
  readonly #changed: (uid: string, facts: PodFacts | undefined) => void;

  /** `changed` is called with what is known of a pod now. */
  constructor(nodeName: string, changed: (uid: string, facts: PodFacts | undefined) => void) {
    this.#nodeName = nodeName;
    this.#changed = changed;
  }

  joined(pod: Pod, addresses: readonly string[]): void {
    const uid = uidOf(pod);
    this.#left.delete(uid);
    const mine = addresses.flatMap((address) => canonical(address)?.text ?? []);
    for (const address of mine) this.#take(address, uid);
    for (const address of this.#here.get(uid)?.addresses ?? [])
      if (!mine.includes(address)) this.#holders.delete(address);
    this.#here.set(uid, { pod, addresses: mine });
    this.#tell(uid);
  }

  left(uid: string): void {
    for (const address of this.#here.get(uid)?.addresses ?? []) this.#holders.delete(address);
    this.#here.delete(uid);
    if (this.#seen.has(uid)) this.#left.add(uid);
    this.#tell(uid);
  }

  /** The API has the pod. */
  seen(pod: Pod): void {
    this.#seen.set(uidOf(pod), pod);
    this.#tell(uidOf(pod));
  }

  /** The API has it no longer. Until the kubelet lets go of it, it may still run. */
  gone(pod: Pod): void {
    const uid = uidOf(pod);
    this.#seen.delete(uid);
    this.#left.delete(uid);
    const here = this.#here.get(uid);
    if (here) this.#here.set(uid, { pod, addresses: here.addresses });
    this.#tell(uid);
  }

  #take(address: string, uid: string): void {
    const other = this.#holders.get(address);
    this.#holders.set(address, uid);
    const here = other !== undefined && other !== uid && this.#here.get(other);
    if (!here) return;
    this.#here.set(other, { pod: here.pod, addresses: here.addresses.filter((a) => a !== address) });
    this.#tell(other);
  }

  #tell(uid: string): void {
    this.#changed(uid, this.#factsOf(uid));
  }

  #factsOf(uid: string): PodFacts | undefined {
    const here = this.#here.get(uid);
    const pod = this.#seen.get(uid) ?? here?.pod;
    if (!pod || !hasNetwork(pod) || this.#left.has(uid)) return undefined;
    if (here) return here.addresses.length > 0 ? factsOf(pod, here.addresses, true) : undefined;
    if (hasEnded(pod)) return undefined;
    const addresses = (pod.status?.podIPs ?? [])
      .flatMap(({ ip }) => canonical(ip)?.text ?? [])
      .filter((address) => !this.#holders.has(address));
    return addresses.length > 0 ? factsOf(pod, addresses, pod.spec?.nodeName === this.#nodeName) : undefined;
  }
}
