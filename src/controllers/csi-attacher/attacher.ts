// Attaches and detaches volumes, and says so in the attachments. An attachment has our finalizer from before the first call until after
// the last one, and so has its volume: neither goes while the driver may have the volume attached. Upstream: csi_handler.go.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { VolumeAttachment, type VolumeError } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { controllerPublishVolume, controllerUnpublishVolume } from '../../csi/messages/controller.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { isGrpcError, numberOf, rpcErrorText } from '../../kit/grpc/status.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import { type Drivers, reachOf } from '../csi/drivers.ts';
import { addFinalizer, hasFinalizer, withFinalizer, withoutFinalizer } from '../csi/finalizers.ts';
import { credentials } from '../csi/secrets.ts';
import { volumeCapability } from '../csi/volume-capability.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import { finalizerOf } from './finalizer.ts';
import { planAttachment } from './plan.ts';
import { type Source, sourceOf } from './source.ts';

type Attachment = Readonly<VolumeAttachment & KubeObject>;
type Volume = Readonly<PersistentVolume & KubeObject>;

/** Where a detached volume's node is remembered when its CSINode is gone. */
const NODE_ID = 'csi.alpha.kubernetes.io/node-id';

export interface AttacherOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly attachments: Latest<VolumeAttachment & KubeObject>;
  readonly volumes: Latest<PersistentVolume & KubeObject>;
}

export class Attacher {
  readonly #options: AttacherOptions;

  constructor(options: AttacherOptions) {
    this.#options = options;
  }

  async sync(name: string): Promise<void> {
    const attachment = this.#options.attachments.get(name);
    if (!attachment) return;
    const capabilities = await this.#options.drivers.ours(attachment.spec.attacher);
    if (!capabilities) return;
    switch (planAttachment(attachment, capabilities.controller.has('PUBLISH_UNPUBLISH_VOLUME'))) {
      case 'mark':
        await this.#markAttached(name, {});
        return;
      case 'attach':
        await this.#reporting(name, 'attachError', () => this.#attach(attachment, capabilities));
        return;
      case 'detach':
        await this.#reporting(name, 'detachError', () => this.#detach(attachment));
    }
  }

  async #attach(attachment: Attachment, capabilities: Capabilities): Promise<void> {
    const { drivers, context } = this.#options;
    const { attacher: driver, nodeName } = attachment.spec;
    const source = this.#source(attachment);
    const { volume, csi, spec } = source;
    if (volume && isBeingDeleted(volume))
      throw new Error(`PersistentVolume "${nameOf(volume)}" is marked for deletion`);
    if (volume) await this.#hold(volume as Volume, finalizerOf(driver));
    const volumeCap = volumeCapability(spec, capabilities);
    const secrets = await credentials(context.client, csi.controllerPublishSecretRef);
    const node = drivers.node(driver, nodeName);
    if (!node) throw new Error(`CSINode ${nodeName} does not contain driver ${driver}`);
    await this.#begin(attachment, finalizerOf(driver), node.nodeId);
    const { publishContext } = await this.#caller(driver, source).unary(controllerPublishVolume, {
      volumeId: csi.volumeHandle,
      nodeId: node.nodeId,
      volumeCapability: volumeCap,
      readonly: (csi.readOnly ?? false) && capabilities.controller.has('PUBLISH_READONLY'),
      secrets,
      volumeContext: csi.volumeAttributes ?? {},
    });
    await this.#markAttached(nameOf(attachment), publishContext);
  }

  async #detach(attachment: Attachment): Promise<void> {
    const { drivers, context } = this.#options;
    const { attacher: driver, nodeName } = attachment.spec;
    const source = this.#source(attachment);
    const secrets = await credentials(context.client, source.csi.controllerPublishSecretRef);
    const nodeId = drivers.node(driver, nodeName)?.nodeId ?? attachment.metadata.annotations?.[NODE_ID];
    if (nodeId === undefined) throw new Error(`CSINode ${nodeName} does not contain driver ${driver}`);
    const volumeId = source.csi.volumeHandle;
    await this.#caller(driver, source).unary(controllerUnpublishVolume, { volumeId, nodeId, secrets });
    await this.#markDetached(attachment);
  }

  #source(attachment: Attachment): Source {
    return sourceOf(attachment, (name) => this.#options.volumes.get(name));
  }

  #caller(driver: string, { volume }: Source) {
    return this.#options.drivers.caller(driver, volume && reachOf(volume));
  }

  async #hold(volume: Volume, finalizer: string): Promise<void> {
    if (hasFinalizer(volume, finalizer)) return;
    const { context, volumes } = this.#options;
    const patch = addFinalizer(volume, finalizer);
    const held = await context.client.patch(PersistentVolume, nameOf(volume), undefined, 'json', patch);
    volumes.wrote(held as Volume);
  }

  async #begin(attachment: Attachment, finalizer: string, nodeId: string): Promise<void> {
    const { metadata } = attachment;
    if (hasFinalizer(attachment, finalizer) && metadata.annotations?.[NODE_ID] === nodeId) return;
    await this.#patch(nameOf(attachment), {
      metadata: {
        annotations: { [NODE_ID]: nodeId },
        finalizers: withFinalizer(attachment, finalizer),
        resourceVersion: metadata.resourceVersion,
      },
    });
  }

  async #markAttached(name: string, attachmentMetadata: Record<string, string>): Promise<void> {
    const status = { attached: true, attachmentMetadata, attachError: null };
    await this.#patch(name, { status }, 'status');
  }

  /** The finalizer goes first: an attachment with it, whose status says `false`, may have timed out, and is detached once more. */
  async #markDetached(attachment: Attachment): Promise<void> {
    const finalizers = withoutFinalizer(attachment, finalizerOf(attachment.spec.attacher));
    const name = nameOf(attachment);
    await this.#patch(name, {
      metadata: { finalizers, resourceVersion: attachment.metadata.resourceVersion },
    });
    const status = { attached: false, attachmentMetadata: null, detachError: null };
    await this.#patch(name, { status }, 'status').catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  /** What fails is written into the status, and thrown to be tried again. */
  async #reporting(
    name: string,
    field: 'attachError' | 'detachError',
    act: () => Promise<void>,
  ): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isConflict(error))
        await this.#patch(name, { status: { [field]: this.#failure(error) } }, 'status');
      throw error;
    }
  }

  #failure(error: unknown): VolumeError {
    return {
      message: rpcErrorText(error),
      time: rfc3339(this.#options.context.clock.now()),
      ...(isGrpcError(error) && { errorCode: numberOf(error.code) }),
    };
  }

  async #patch(name: string, patch: unknown, subresource?: 'status'): Promise<void> {
    const { context, attachments } = this.#options;
    const options = subresource && { subresource };
    const written = await context.client.patch(VolumeAttachment, name, undefined, 'merge', patch, options);
    attachments.wrote(written as Attachment);
  }
}
