// Says in a node's status which volumes are attached to it, and detaches those that none of its pods use. One node is handled at a time, so
// that its list is written as a whole. A volume leaves the list before it is detached, and the node's answer to that is looked at: a kubelet
// first says that it uses a volume and then reads the list, so that one of the two learns of the other. Called by controller.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { isNotFound, StatusError } from '../../api/status/status-error.ts';
import { csiVolumeOf } from '../../api/volumes/attachment.ts';
import { referenceTo } from '../../client/events/events.ts';
import { smallest } from '../../kit/lists.ts';
import { eachAtOnce } from '../framework/at-once.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { attached } from './messages.ts';
import { type DetachSettings, type Force, type HoldingPlan, planHolding, reportOf } from './plan.ts';
import type { Attachment, Sources, Use } from './sources.ts';

const AT_ONCE = 10;

type Planned = HoldingPlan & {
  readonly name: string;
  readonly attachment: Attachment;
  readonly use: Use | undefined;
};

export class NodeVolumes {
  readonly #context: ControllerContext;
  readonly #sources: Sources;
  readonly #settings: DetachSettings;
  readonly #onForced: (force: Force) => void;
  readonly #writes: OwnWrites;
  /** By the attachment's uid: since when no pod of the node uses the volume. */
  readonly #unwanted = new Map<string, number>();
  /** By the uid of an attachment that is being deleted, whatever the cache shows: whether the API server has said so. */
  readonly #leaving = new Map<string, boolean>();
  /** By the name of a node that has been deleted: what it had in use. */
  readonly #lastInUse = new Map<string, readonly string[]>();

  constructor(
    context: ControllerContext,
    sources: Sources,
    settings: DetachSettings,
    onForced: (force: Force) => void,
  ) {
    this.#context = context;
    this.#sources = sources;
    this.#settings = settings;
    this.#onForced = onForced;
    this.#writes = new OwnWrites(context.clock);
  }

  forget(attachment: Attachment): void {
    this.#unwanted.delete(uidOf(attachment));
    this.#leaving.delete(uidOf(attachment));
  }

  /** A pod uses the volume, and the node knows that it is attached. */
  settled(attachment: Attachment): void {
    this.#unwanted.delete(uidOf(attachment));
  }

  nodeDeleted(node: Readonly<Node>): void {
    this.#lastInUse.set(nameOf(node), node.status?.volumesInUse ?? []);
  }

  nodeAdded(node: Readonly<Node>): void {
    this.#lastInUse.delete(nameOf(node));
  }

  async reconcile(name: string): Promise<Result | undefined> {
    const behindMs = this.#writes.behindMs(name, this.#sources.nodes.lister);
    if (behindMs > 0) return { requeueAfter: behindMs };
    const node = this.#sources.nodes.lister.get(name);
    const uses = this.#sources.usesOn(name);
    const plans = [...this.#sources.attachmentsOn(name)].map(([volume, attachment]) =>
      this.#plan(volume, attachment, uses.get(volume), name, node),
    );
    if (!node && plans.length === 0) this.#lastInUse.delete(name);
    const written = node && (await this.#report(node, plans));
    const doomed = plans.filter(({ detach }) => detach);
    if (doomed.length > 0) await this.#detachAll(doomed, written ?? (await this.#present(name)));
    const waits = plans.flatMap(({ waitMs }) => waitMs ?? []);
    return waits.length > 0 ? { requeueAfter: smallest(waits) } : undefined;
  }

  #plan(
    name: string,
    attachment: Attachment,
    use: Use | undefined,
    nodeName: string,
    node: Readonly<Node> | undefined,
  ): Planned {
    const uid = uidOf(attachment);
    const isDeleted = this.#leaving.get(uid);
    // What has begun is finished.
    if (isDeleted !== undefined)
      return { isSafe: false, ...(!isDeleted && { detach: {} }), name, attachment, use };
    const now = this.#context.clock.monotonic();
    const since = this.#unwanted.get(uid) ?? now;
    if (use) this.#unwanted.delete(uid);
    else this.#unwanted.set(uid, since);
    const holding = {
      attachment,
      isWanted: use !== undefined,
      isInUse: this.#isInUse(name, nodeName, node),
      unwantedMs: now - since,
    };
    return { ...planHolding(holding, node, this.#settings), name, attachment, use };
  }

  /** What nobody knows is taken to be in use. */
  #isInUse(name: string, nodeName: string, node: Readonly<Node> | undefined): boolean {
    const inUse = node ? (node.status?.volumesInUse ?? []) : this.#lastInUse.get(nodeName);
    return inUse?.includes(name) ?? true;
  }

  /** Returns the node as it was written; undefined if there was nothing to write. */
  async #report(node: Readonly<Node>, plans: readonly Planned[]): Promise<Node | undefined> {
    const safe = new Map(plans.filter(({ isSafe }) => isSafe).map((plan) => [plan.name, plan]));
    const report = reportOf(node, new Set(safe.keys()), (name) => csiVolumeOf(name) !== undefined);
    if (!report) return undefined;
    const { entries, added } = report;
    const patch = {
      metadata: { uid: uidOf(node) },
      status: { volumesAttached: entries.length > 0 ? entries : null },
    };
    const { client } = this.#context;
    const written = await client.patch(Node, nameOf(node), undefined, 'strategic', patch, {
      subresource: 'status',
    });
    this.#writes.wrote(nameOf(node), written);
    for (const name of added) this.#succeed(safe.get(name)?.use);
    return written;
  }

  #succeed(use: Use | undefined): void {
    for (const pod of use?.pods ?? [])
      this.#context.events.record(
        referenceTo(Pod, pod),
        'Normal',
        'SuccessfulAttachVolume',
        attached(nameOf(use!.volume)),
      );
  }

  async #present(name: string): Promise<Node | undefined> {
    try {
      return await this.#context.client.get(Node, name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #detachAll(doomed: readonly Planned[], node: Node | undefined): Promise<void> {
    const inUse = new Set(node?.status?.volumesInUse);
    const listed = new Set(node?.status?.volumesAttached?.map(({ name }) => name));
    const safe = doomed.filter(
      // The cache may be behind; its next event brings the node again.
      ({ name, detach }) => !listed.has(name) && (detach?.force || !inUse.has(name)),
    );
    await eachAtOnce(safe, AT_ONCE, (plan) => this.#detach(plan));
  }

  async #detach({ attachment, detach }: Planned): Promise<void> {
    const uid = uidOf(attachment);
    this.#leaving.set(uid, false);
    try {
      await this.#context.client.delete(VolumeAttachment, nameOf(attachment), undefined, {
        preconditions: { uid },
      });
      this.#deleted(uid);
      if (detach?.force) this.#onForced(detach.force);
    } catch (error) {
      if (isNotFound(error)) return this.#deleted(uid);
      // Refused: it stays attached. Without an answer, nobody knows whether it does.
      if (error instanceof StatusError && error.code < 500) this.#leaving.delete(uid);
      throw error;
    }
  }

  /** The cache may have shown it already. */
  #deleted(uid: string): void {
    if (this.#leaving.has(uid)) this.#leaving.set(uid, true);
  }
}
