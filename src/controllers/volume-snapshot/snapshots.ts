// Brings one snapshot to where it is bound to its content and tells what the content tells. Every step is made only if it is missing: any
// of them may have been the last before a restart. Upstream: syncSnapshot in snapshot_controller.go.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import { reaches } from '../../api/volumes/binding.ts';
import { BOUND_PROTECTION, SOURCE_PROTECTION } from '../../api/volumes/snapshots/names.ts';
import { secretOf } from '../../api/volumes/snapshots/secrets.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import type { SourceClaims } from './claims.ts';
import { defaultClassOf } from './classes.ts';
import { checkContent, contentNameOf, contentOf, isPreProvisioned, refersTo } from './content.ts';
import type { Operation, SnapshotMetrics } from './metrics.ts';
import { Problem, report } from './problem.ts';
import { isCreated, isReady, statusFrom } from './status.ts';

type Snapshot = Readonly<VolumeSnapshot & KubeObject>;
type Content = Readonly<VolumeSnapshotContent & KubeObject>;

export interface SnapshotsOptions {
  readonly context: ControllerContext;
  readonly snapshots: Latest<VolumeSnapshot & KubeObject>;
  readonly contents: Latest<VolumeSnapshotContent & KubeObject>;
  readonly classes: InformerOf<typeof VolumeSnapshotClass>;
  readonly nodes: InformerOf<typeof Node>;
  readonly claims: SourceClaims;
  readonly metrics: SnapshotMetrics;
}

export class Snapshots {
  readonly #options: SnapshotsOptions;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** Throws to be tried again; what the user can do something about is told. */
  async sync(snapshot: Snapshot): Promise<void> {
    try {
      await this.#proceed(snapshot);
    } catch (error) {
      const key = keyOf(snapshot);
      // The last write counts: a step before the one that failed may have changed the snapshot.
      const latest = this.#options.snapshots.get(key) ?? snapshot;
      const told = error instanceof Problem && (await report(this.#options.context, latest, error));
      if (told) this.#wrote(told);
      throw error;
    }
  }

  /** The content that the snapshot names or would be given, as far as there is one. The API is asked when the cache does not show it. */
  async contentOf(snapshot: Snapshot): Promise<Content | undefined> {
    const { context, contents } = this.#options;
    const name = snapshot.status?.boundVolumeSnapshotContentName ?? contentNameOf(snapshot);
    const known = contents.get(name);
    if (known || isNewborn(snapshot)) return known;
    return context.client.get(VolumeSnapshotContent, name).catch(missing) as Promise<Content | undefined>;
  }

  async #proceed(found: Snapshot): Promise<void> {
    checkSource(found);
    const { metrics } = this.#options;
    if (!isCreated(found)) metrics.begin(found, 'CreateSnapshot');
    if (!isReady(found)) metrics.begin(found, 'CreateSnapshotAndReady');
    await this.#releaseClaim(found);
    const snapshot = await this.#withClass(found);
    const content = await this.contentOf(snapshot);
    const isBound = snapshot.status?.boundVolumeSnapshotContentName !== undefined;
    // A content that was made and is gone is not made again: that would be another snapshot, of another time.
    if (!content && (isBound || isPreProvisioned(snapshot)))
      throw new Problem('SnapshotContentMissing', 'VolumeSnapshotContent is missing');
    if (content && isReady(snapshot) && isBound && !refersTo(content, snapshot))
      throw new Problem(
        'SnapshotMisbound',
        'VolumeSnapshotContent is not bound to the VolumeSnapshot correctly',
      );
    if (content) checkContent(content, snapshot);
    const held = await this.#protect(snapshot, content);
    const bound = content ? await this.#bind(held, content) : await this.#create(held);
    await this.#setStatus(held, bound);
  }

  async #withClass(snapshot: Snapshot): Promise<Snapshot> {
    if (isReady(snapshot)) return snapshot;
    const { volumeSnapshotClassName: name } = snapshot.spec;
    if (name !== undefined) {
      this.#class(name, (text) => {
        throw new Problem('GetSnapshotClassFailed', `Failed to get snapshot class with error ${text}`, false);
      });
      return snapshot;
    }
    if (isPreProvisioned(snapshot)) return snapshot;
    const { claims, classes, context } = this.#options;
    let chosen: string;
    try {
      const driver = driverOf(await claims.volumeFor(snapshot), snapshot);
      chosen = nameOf(defaultClassOf(driver, classes.lister.list()));
    } catch (error) {
      const text = `Failed to set default snapshot class with error ${messageOf(error)}`;
      throw new Problem('SetDefaultSnapshotClassFailed', text, false);
    }
    const spec = { volumeSnapshotClassName: chosen };
    const { name: own, namespace, resourceVersion } = snapshot.metadata;
    const patch = { metadata: { resourceVersion }, spec };
    return this.#wrote(await context.client.patch(VolumeSnapshot, own!, namespace, 'merge', patch));
  }

  #class(name: string, fail: (text: string) => never): Readonly<VolumeSnapshotClass> {
    return (
      this.#options.classes.lister.get(name) ??
      fail(`volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(name)} not found`)
    );
  }

  /** The finalizers come before what they protect. */
  async #protect(snapshot: Snapshot, content: Content | undefined): Promise<Snapshot> {
    const isBound = snapshot.status?.boundVolumeSnapshotContentName !== undefined;
    const wanted = [
      SOURCE_PROTECTION,
      ...(isBound && content?.spec.deletionPolicy === 'Delete' ? [BOUND_PROTECTION] : []),
    ];
    const { finalizers = [] } = snapshot.metadata;
    const added = wanted.filter((one) => !finalizers.includes(one));
    if (added.length === 0) return snapshot;
    const metadata = { ...snapshot.metadata, finalizers: [...finalizers, ...added] };
    return this.#wrote(await this.#options.context.client.update(VolumeSnapshot, { ...snapshot, metadata }));
  }

  /** A content that somebody made gets the uid of the snapshot that it waits for, and its class. */
  async #bind(snapshot: Snapshot, content: Content): Promise<Content> {
    const { uid } = snapshot.metadata;
    const { volumeSnapshotRef: ref, volumeSnapshotClassName } = content.spec;
    const named = isPreProvisioned(snapshot) ? snapshot.spec.volumeSnapshotClassName : undefined;
    const className = volumeSnapshotClassName ?? named;
    if (ref.uid === uid && className === volumeSnapshotClassName) return content;
    const spec = {
      volumeSnapshotRef: { ...ref, uid },
      ...(className !== undefined && { volumeSnapshotClassName: className }),
    };
    const { name, resourceVersion } = content.metadata;
    const patch = { metadata: { resourceVersion }, spec };
    const { client } = this.#options.context;
    return this.#wroteContent(await client.patch(VolumeSnapshotContent, name!, undefined, 'merge', patch));
  }

  async #create(snapshot: Snapshot): Promise<Content> {
    const { claims, context } = this.#options;
    try {
      await claims.protect(snapshot);
      const content = await this.#newContent(snapshot);
      const made = await context.client
        .create(VolumeSnapshotContent, content)
        .catch(async (error: unknown) => {
          if (!isAlreadyExists(error)) throw error;
          return context.client.get(VolumeSnapshotContent, nameOf(content));
        });
      checkContent(made, snapshot);
      const text = `Waiting for a snapshot ${keyOf(snapshot)} to be created by the CSI driver.`;
      context.events.record(referenceTo(VolumeSnapshot, snapshot), 'Normal', 'CreatingSnapshot', text);
      return this.#wroteContent(made);
    } catch (error) {
      if (isConflict(error) || error instanceof Problem) throw error;
      const text = `Failed to create snapshot content with error ${messageOf(error)}`;
      throw new Problem('SnapshotContentCreationFailed', text);
    }
  }

  async #newContent(snapshot: Snapshot): Promise<VolumeSnapshotContent> {
    const { claims } = this.#options;
    const { volumeSnapshotClassName = '' } = snapshot.spec;
    const fail = (text: string): never => {
      const quoted = JSON.stringify(text);
      throw new Error(`failed to get input parameters to create snapshot ${nameOf(snapshot)}: ${quoted}`);
    };
    const chosen = this.#class(volumeSnapshotClassName, fail);
    try {
      const volume = await claims.volumeFor(snapshot);
      const secret = secretOf('Snapshotter', chosen.parameters ?? {}, {
        content: contentNameOf(snapshot),
        snapshot: { name: nameOf(snapshot), namespace: namespaceOf(snapshot) },
      });
      return contentOf(snapshot, { volume, class: chosen, secret, node: this.#nodeOf(volume) });
    } catch (error) {
      return fail(messageOf(error));
    }
  }

  /** Where the snapshot can still be found when the volume is gone. A label's value has at most 63 characters. */
  #nodeOf(volume: Readonly<PersistentVolume>): string | undefined {
    if (!volume.spec?.nodeAffinity?.required) return undefined;
    const found = this.#options.nodes.lister
      .list()
      .find((node) => reaches({ label: (key) => node.metadata.labels?.[key] }, volume));
    const name = found && nameOf(found);
    return name !== undefined && name.length <= 63 ? name : undefined;
  }

  async #setStatus(snapshot: Snapshot, content: Content): Promise<void> {
    const status = statusFrom(snapshot, content);
    if (sameMeaning(status, snapshot.status)) return;
    const { client, events } = this.#options.context;
    const { driver } = content.spec;
    const written = this.#wrote(
      await client.update(VolumeSnapshot, { ...snapshot, status }, { subresource: 'status' }),
    );
    const tell = (operation: Operation, reason: string, text: string) => {
      events.record(referenceTo(VolumeSnapshot, snapshot), 'Normal', reason, text);
      this.#options.metrics.done(snapshot, operation, driver);
    };
    const key = keyOf(snapshot);
    if (!isCreated(snapshot) && isCreated(written)) {
      const text = `Snapshot ${key} was successfully created by the CSI driver.`;
      tell('CreateSnapshot', 'SnapshotCreated', text);
    }
    if (!isReady(snapshot) && isReady(written))
      tell('CreateSnapshotAndReady', 'SnapshotReady', `Snapshot ${key} is ready to use.`);
  }

  /** A claim that cannot be released is no reason to keep the snapshot from going on. */
  async #releaseClaim(snapshot: Snapshot): Promise<void> {
    const { claims, context } = this.#options;
    try {
      await claims.release(snapshot);
    } catch (error) {
      if (isConflict(error)) throw error;
      const text = 'Error check and remove PVC Finalizer for VolumeSnapshot';
      context.events.record(referenceTo(VolumeSnapshot, snapshot), 'Warning', 'ErrorPVCFinalizer', text);
    }
  }

  #wrote(written: Readonly<VolumeSnapshot>): Snapshot {
    this.#options.snapshots.wrote(written as Snapshot);
    return written as Snapshot;
  }

  #wroteContent(written: VolumeSnapshotContent): Content {
    this.#options.contents.wrote(written as Content);
    return written as Content;
  }
}

function checkSource({ spec: { source } }: Snapshot): void {
  const { persistentVolumeClaimName: claim, volumeSnapshotContentName: content } = source;
  if ((claim === undefined) !== (content === undefined)) return;
  const text = 'Exactly one of PersistentVolumeClaimName and VolumeSnapshotContentName should be specified';
  throw new Problem('SnapshotValidationError', text);
}

function driverOf({ spec }: Readonly<PersistentVolume>, snapshot: Snapshot): string {
  if (spec?.csi) return spec.csi.driver;
  throw new Error(`snapshotting non-CSI volumes is not supported, snapshot:${keyOf(snapshot)}`);
}

/** No content has been made for it, or the cache shows it. */
const isNewborn = (snapshot: Snapshot): boolean =>
  snapshot.status === undefined && !isPreProvisioned(snapshot);

function missing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
