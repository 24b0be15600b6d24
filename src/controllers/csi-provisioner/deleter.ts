// Deletes the volumes of released objects whose reclaim policy is Delete, first the volume and then the object, which has a finalizer
// until then. Upstream: syncVolume and deleteVolumeOperation of sig-storage-lib-external-provisioner, Delete of external-provisioner.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { classOfVolume } from '../../api/volumes/classes.ts';
import { referenceTo } from '../../client/events/events.ts';
import { deleteVolume } from '../../csi/messages/controller.ts';
import { rpcErrorText } from '../../kit/grpc/status.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import { type Drivers, reachOf } from '../csi/drivers.ts';
import { withFinalizer, withoutFinalizer } from '../csi/finalizers.ts';
import { credentials } from '../csi/secrets.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import type { ProvisionerMetrics } from './metrics.ts';
import { DELETION_SECRET_NAME, DELETION_SECRET_NAMESPACE } from './new-volume.ts';
import { driverOf, FINALIZER, planVolume } from './plan.ts';
import { secretRef } from './secret-refs.ts';

type Volume = Readonly<PersistentVolume & KubeObject>;

export interface DeleterOptions {
  readonly context: ControllerContext;
  readonly drivers: Drivers;
  readonly volumes: Latest<PersistentVolume & KubeObject>;
  readonly class: (name: string) => Readonly<StorageClass> | undefined;
  /** Nodes to which the volume is attached, or may be. */
  readonly attachedTo: (volume: string) => readonly string[];
  readonly metrics: ProvisionerMetrics;
}

export class Deleter {
  readonly #options: DeleterOptions;

  constructor(options: DeleterOptions) {
    this.#options = options;
  }

  async sync(name: string): Promise<void> {
    const { volumes, drivers, metrics, context } = this.#options;
    const volume = volumes.get(name);
    const driver = volume && driverOf(volume);
    if (!driver) return;
    const plan = planVolume(volume);
    const capabilities = plan === 'nothing' ? undefined : await drivers.ours(driver);
    if (!capabilities) return;
    if (plan === 'hold') await this.#mark(volume, withFinalizer(volume, FINALIZER));
    else if (plan === 'let go') await this.#mark(volume, withoutFinalizer(volume, FINALIZER));
    else
      await metrics.deleting(volume, async () => {
        try {
          await this.#delete(volume, driver, capabilities);
        } catch (error) {
          const reference = referenceTo(PersistentVolume, volume);
          context.events.record(reference, 'Warning', 'VolumeFailedDelete', rpcErrorText(error));
          throw error;
        }
        await this.#forget(volume);
        return name;
      });
  }

  async #delete(volume: Volume, driver: string, { controller }: Capabilities): Promise<void> {
    const { drivers, attachedTo } = this.#options;
    if (!controller.has('CREATE_DELETE_VOLUME'))
      throw new Error(
        'CSI driver does not support dynamic provisioning: controller CREATE_DELETE_VOLUME capability is not reported',
      );
    const [node] = controller.has('PUBLISH_UNPUBLISH_VOLUME') ? attachedTo(nameOf(volume)) : [];
    if (node !== undefined)
      throw new Error(`persistentvolume ${nameOf(volume)} is still attached to node ${node}`);
    const volumeId = volume.spec?.csi?.volumeHandle ?? '';
    const secrets = await this.#secrets(volume);
    await drivers.caller(driver, reachOf(volume)).unary(deleteVolume, { volumeId, secrets });
  }

  /** A secret may be gone before the volume: then it is tried without. */
  async #secrets(volume: Volume): Promise<Record<string, string>> {
    const { client, log } = this.#options.context;
    try {
      return await credentials(client, this.#secretRef(volume));
    } catch (error) {
      log.warn('a volume is deleted without its secret', { volume: nameOf(volume), error: messageOf(error) });
      return {};
    }
  }

  #secretRef(volume: Volume): SecretReference | undefined {
    const { [DELETION_SECRET_NAME]: name, [DELETION_SECRET_NAMESPACE]: namespace } =
      volume.metadata.annotations ?? {};
    if (name !== undefined && namespace !== undefined)
      return name && namespace ? { name, namespace } : undefined;
    const found = this.#options.class(classOfVolume(volume));
    const { claimRef } = volume.spec ?? {};
    if (!found || !claimRef) return undefined;
    return secretRef('provisioner', found.parameters ?? {}, {
      volume: nameOf(volume),
      claim: claimRef.name ?? '',
      namespace: claimRef.namespace ?? '',
      annotations: {},
    });
  }

  /** Without the finalizer first: if it ends there, the volume is deleted once more, which does no harm. */
  async #forget(volume: Volume): Promise<void> {
    const { client } = this.#options.context;
    try {
      await this.#mark(volume, withoutFinalizer(volume, FINALIZER));
      await client.delete(PersistentVolume, nameOf(volume), undefined, {
        preconditions: { uid: uidOf(volume) },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #mark(volume: Volume, finalizers: readonly string[]): Promise<void> {
    if (finalizers.length === (volume.metadata.finalizers?.length ?? 0)) return;
    const { context, volumes } = this.#options;
    const { resourceVersion } = volume.metadata;
    const patch = { metadata: { finalizers, resourceVersion } };
    const written = await context.client.patch(PersistentVolume, nameOf(volume), undefined, 'merge', patch);
    volumes.wrote(written as Volume);
  }
}
