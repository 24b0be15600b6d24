// Makes the VolumeAttachments of a volume, and tells pods why they wait for it. One volume is handled at a time, so that none is attached to
// two nodes that allows one only. Called by controller.ts.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { apiVersionOf } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists } from '../../api/status/status-error.ts';
import { attachmentNameOf, csiVolumeIn, csiVolumeOf } from '../../api/volumes/attachment.ts';
import { referenceTo } from '../../client/events/events.ts';
import { smallest } from '../../kit/lists.ts';
import { messageOf } from '../../kit/message-of.ts';
import { eachAtOnce } from '../framework/at-once.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { notAttached, notCreated, problemOf, refused, type Told } from './messages.ts';
import { planAttach } from './plan.ts';
import type { Attachment, Sources, Use } from './sources.ts';

const AT_ONCE = 10;

export class Attacher {
  readonly #context: ControllerContext;
  readonly #sources: Sources;
  readonly #writes: OwnWrites;
  /** By the volume's name: the nodes whose pods know that the volume is attached to another. */
  readonly #refused = new Map<string, ReadonlySet<string>>();
  /** By the attachment's uid, until it is attached or gone. */
  readonly #told = new Map<string, Told>();

  constructor(context: ControllerContext, sources: Sources) {
    this.#context = context;
    this.#sources = sources;
    this.#writes = new OwnWrites(context.clock);
  }

  forget(attachment: Attachment): void {
    this.#told.delete(uidOf(attachment));
  }

  async reconcile(
    name: string,
    uses: ReadonlyMap<string, Use>,
    attachments: ReadonlyMap<string, Attachment>,
  ): Promise<Result | undefined> {
    const behindMs = this.#writes.behindMs(name, this.#sources.attachments.lister);
    if (behindMs > 0) return { requeueAfter: behindMs };
    // A node that does not exist, or not yet, is given nothing.
    const plans = planAttach(uses, attachments).filter(({ use }) => this.#sources.nodes.lister.get(use.node));
    const before = this.#refused.get(name);
    const refusals = plans.filter((plan) => plan.do === 'refuse');
    for (const { use, others } of refusals)
      if (!before?.has(use.node))
        this.#refuse(
          use,
          others.flatMap((node) => uses.get(node)?.pods ?? []),
        );
    if (refusals.length > 0) this.#refused.set(name, new Set(refusals.map(({ use }) => use.node)));
    else this.#refused.delete(name);
    const waitMs = this.#tell(name, uses, attachments);
    const creations = plans.filter((plan) => plan.do === 'create');
    await eachAtOnce(creations, AT_ONCE, ({ use }) => this.#create(name, use));
    return waitMs === undefined ? undefined : { requeueAfter: waitMs };
  }

  #refuse(use: Use, users: readonly Readonly<Pod>[]): void {
    for (const pod of use.pods) this.#fail(pod, refused(nameOf(use.volume), pod, users));
  }

  /** Returns how long to wait until something is to be told, at most. */
  #tell(
    name: string,
    uses: ReadonlyMap<string, Use>,
    attachments: ReadonlyMap<string, Attachment>,
  ): number | undefined {
    const now = this.#context.clock.now();
    const waits = [...uses.values()].flatMap((use) => {
      const attachment = attachments.get(use.node);
      if (!attachment) return [];
      const problem = problemOf(attachment, csiVolumeOf(name)!, this.#told.get(uidOf(attachment)), now);
      if (!problem) this.forget(attachment);
      if (problem?.why !== undefined) {
        this.#told.set(uidOf(attachment), { error: problem.error, at: now });
        for (const pod of use.pods) this.#fail(pod, notAttached(nameOf(use.volume), problem.why));
      }
      return problem ? [problem.waitMs] : [];
    });
    return waits.length > 0 ? smallest(waits) : undefined;
  }

  async #create(name: string, { node, volume, pods }: Use): Promise<void> {
    const csi = csiVolumeIn(volume)!;
    const wanted: VolumeAttachment = {
      apiVersion: apiVersionOf(VolumeAttachment.resource),
      kind: VolumeAttachment.resource.kind,
      metadata: { name: attachmentNameOf(csi, node) },
      spec: { attacher: csi.driver, nodeName: node, source: { persistentVolumeName: nameOf(volume) } },
    };
    try {
      this.#writes.wrote(name, await this.#context.client.create(VolumeAttachment, wanted));
    } catch (error) {
      // The cache is behind: the key is tried again until it shows what exists.
      if (!isAlreadyExists(error))
        for (const pod of pods) this.#fail(pod, notAttached(nameOf(volume), notCreated(messageOf(error))));
      throw error;
    }
  }

  #fail(pod: Readonly<Pod>, message: string): void {
    this.#context.events.record(referenceTo(Pod, pod), 'Warning', 'FailedAttachVolume', message);
  }
}
