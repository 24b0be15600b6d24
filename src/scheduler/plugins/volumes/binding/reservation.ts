// What a pod that has a node does about its claims: assumes them bound, writes that, and waits until they are.
// Upstream: AssumePodVolumes, BindPodVolumes and checkBindings in volumebinding/binder.go.
import { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { isNewer, keyOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { SELECTED_NODE } from '../../../../api/volumes/annotations.ts';
import { boundTo, isFullyBound, reaches } from '../../../../api/volumes/binding.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import type { VolumeSources } from '../sources.ts';
import type { NodeVolumes } from './find-volumes.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

/** Pods and nodes are looked at this often, besides after every change of claims and volumes. */
const CHECK_MS = 1_000;

export class Reservation {
  readonly #sources: VolumeSources;
  readonly #pod: PodInfo;
  /** The claim, and the volume as it is to be or has been written. */
  readonly #bindings: { readonly claim: Claim; volume: Volume }[] = [];
  /** Claims, with the node that was chosen, as they are to be or have been written. */
  readonly #provisions: Claim[] = [];

  /** Throws, with nothing assumed, if the API has shown something else meanwhile. */
  constructor(sources: VolumeSources, pod: PodInfo, node: string, { bindings, provisions }: NodeVolumes) {
    this.#sources = sources;
    this.#pod = pod;
    try {
      for (const { claim, volume } of bindings) {
        const bound = boundTo(volume, claim);
        if (bound !== volume) sources.volumes.assume(bound);
        this.#bindings.push({ claim, volume: bound });
      }
      for (const { claim } of provisions) {
        const given = withNode(claim, node);
        sources.claims.assume(given);
        this.#provisions.push(given);
      }
    } catch (error) {
      this.restore();
      throw error;
    }
  }

  /** Takes back what is assumed; what has been written stays. May be called twice. */
  restore(): void {
    for (const { volume } of this.#bindings) this.#sources.volumes.restore(volume);
    for (const claim of this.#provisions) this.#sources.claims.restore(claim);
  }

  /** Writes the volumes and claims; what could not be written is no longer assumed. */
  async write(): Promise<void> {
    const { client } = this.#sources;
    try {
      for (const binding of this.#bindings)
        binding.volume = await client.update(PersistentVolume, binding.volume);
      for (const [i, claim] of this.#provisions.entries())
        this.#provisions[i] = await client.update(PersistentVolumeClaim, claim);
    } catch (error) {
      this.restore();
      throw error;
    }
  }

  /** Resolves when the persistent volume controller has bound all claims; rejects if it cannot, or after `timeoutMs`. */
  async bound(node: () => NodeInfo | undefined, nodeName: string, timeoutMs: number): Promise<void> {
    const { clock, signal, isCancelled } = this.#sources;
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      if (signal.aborted || isCancelled(this.#pod.uid)) throw new Error('context canceled');
      if (this.#isBound(node(), nodeName)) return;
      const left = deadline - clock.monotonic();
      if (left <= 0) throw new Error('context deadline exceeded');
      await this.#change(Math.min(left, CHECK_MS));
    }
  }

  /** Until the API shows something new about claims and volumes, or `ms` have passed. */
  #change(ms: number): Promise<void> {
    const { claims, volumes, clock, signal } = this.#sources;
    return new Promise((resolve) => {
      const end = () => {
        timer.cancel();
        for (const stop of stops) stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = clock.after(ms, end);
      const stops = [claims.onChange(end), volumes.onChange(end)];
      signal.addEventListener('abort', end);
    });
  }

  #isBound(node: NodeInfo | undefined, nodeName: string): boolean {
    if (!node) throw new Error(`failed to get node "${nodeName}": node "${nodeName}" not found`);
    const { pods } = this.#sources;
    const { pod } = this.#pod;
    const name = nameOf(pod);
    if (!pods.get(name, namespaceOf(pod)))
      throw new Error(`pod does not exist any more: pod ${JSON.stringify(name)} not found`);
    return (
      this.#bindings.every(({ claim, volume }) => this.#isBindingDone(claim, volume, node)) &&
      this.#provisions.every((claim) => this.#isProvisionDone(claim, node))
    );
  }

  #isBindingDone(given: Claim, written: Volume, node: NodeInfo): boolean {
    const { volumes, claims } = this.#sources;
    const volume = volumes.stored(nameOf(written));
    if (!volume) throw new Error(`failed to check binding: persistentvolumes "${nameOf(written)}" not found`);
    const claim = claims.stored(keyOf(given));
    if (!claim)
      throw new Error(`failed to check binding: persistentvolumeclaims "${keyOf(given)}" not found`);
    if (isNewer(written, volume)) return false;
    checkReach(node, volume);
    if (!volume.spec?.claimRef?.uid) throw new Error(`ClaimRef got reset for pv "${nameOf(volume)}"`);
    return isFullyBound(claim);
  }

  #isProvisionDone(written: Claim, node: NodeInfo): boolean {
    const { volumes, claims } = this.#sources;
    const key = keyOf(written);
    const claim = claims.stored(key);
    if (!claim)
      throw new Error(`failed to check provisioning pvc: persistentvolumeclaims "${key}" not found`);
    if (isNewer(written, claim)) return false;
    const { annotations } = claim.metadata;
    if (!annotations) throw new Error(`selectedNode annotation reset for PVC "${nameOf(claim)}"`);
    // Removed by a provisioner that cannot make the volume there.
    if (annotations[SELECTED_NODE] !== node.name)
      throw new Error(`provisioning failed for PVC "${nameOf(claim)}"`);
    if (claim.spec?.volumeName) {
      const volume = volumes.stored(claim.spec.volumeName);
      if (!volume) return false;
      checkReach(node, volume);
    }
    return isFullyBound(claim);
  }
}

function checkReach(node: NodeInfo, volume: Volume): void {
  if (!reaches(node, volume))
    throw new Error(
      `pv "${nameOf(volume)}" node affinity doesn't match node "${node.name}": no matching NodeSelectorTerms`,
    );
}

const withNode = (claim: Claim, node: string): Claim => ({
  ...claim,
  metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: node } },
});
