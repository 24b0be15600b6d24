// Takes snapshots, looks whether they are ready, and deletes them, by calls of the driver; says so in the content. Before the driver is
// asked for a snapshot the content is marked, and until it has given a final answer: a content with the mark is not let go.
// Upstream: pkg/sidecar-controller of external-snapshotter.
import type { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isConflict } from '../../api/status/status-error.ts';
import {
  BEING_CREATED,
  CONTENT_PROTECTION,
  SECRET_NAME,
  SECRET_NAMESPACE,
} from '../../api/volumes/snapshots/names.ts';
import { secretOf } from '../../api/volumes/snapshots/secrets.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { isFinal } from '../../csi/errors.ts';
import { createSnapshot, deleteSnapshot, listSnapshots } from '../../csi/messages/snapshots.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { rpcErrorText } from '../../kit/grpc/status.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import { hasFinalizer, removeFinalizer } from '../csi/finalizers.ts';
import { credentials } from '../csi/secrets.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';
import { driverParameters } from './parameters.ts';
import { type Answer, CLEARED, statusPatch } from './status.ts';

export type Content = Readonly<VolumeSnapshotContent & KubeObject>;

export interface SnapshotterOptions {
  readonly context: ControllerContext;
  readonly contents: Latest<VolumeSnapshotContent & KubeObject>;
  readonly classes: InformerOf<typeof VolumeSnapshotClass>;
  /** For calls about the content. */
  readonly callerFor: (content: Content) => CsiCaller;
}

export class Snapshotter {
  readonly #options: SnapshotterOptions;

  constructor(options: SnapshotterOptions) {
    this.#options = options;
  }

  /** Asks for the snapshot, or again whether it is ready: the driver knows it by its name. Returns whether it is. */
  async take(content: Content): Promise<boolean> {
    const isFirst = content.status === undefined;
    const [reason, told] = isFirst
      ? ['SnapshotCreationFailed', 'Failed to create snapshot']
      : ['SnapshotContentCheckandUpdateFailed', 'Failed to check and update snapshot content'];
    return this.#reporting(content, reason!, told!, () => this.#take(content));
  }

  /** Of a snapshot that existed before. Returns whether it is ready. */
  async look(content: Content, capabilities: Capabilities): Promise<boolean> {
    const [reason, told] = [
      'SnapshotContentCheckandUpdateFailed',
      'Failed to check and update snapshot content',
    ];
    return this.#reporting(content, reason, told, async () => {
      const answer = capabilities.controller.has('LIST_SNAPSHOTS')
        ? await this.#find(content)
        : { snapshotId: handleOf(content), readyToUse: true, sizeBytes: 0, creationTime: undefined };
      await this.#setStatus(content, answer);
      return answer.readyToUse;
    });
  }

  /** In the storage system, and lets the content go. */
  async delete(content: Content): Promise<void> {
    const { callerFor } = this.#options;
    const step = async <T>(text: string, act: () => Promise<T>): Promise<T> => {
      try {
        return await act();
      } catch (error) {
        if (!isConflict(error)) this.#warn(content, 'SnapshotDeleteError', text);
        throw error;
      }
    };
    const secrets = await step('Failed to get snapshot credentials', () => this.#secrets(content));
    await step('Failed to delete snapshot', () =>
      callerFor(content).unary(deleteSnapshot, { snapshotId: handleOf(content), secrets }),
    );
    const cleared = await step('Failed to clear content status', () =>
      this.#patch(content, 'merge', { status: CLEARED }, 'status'),
    );
    await this.release(cleared);
  }

  async release(content: Content): Promise<void> {
    if (!hasFinalizer(content, CONTENT_PROTECTION)) return;
    await this.#patch(content, 'json', removeFinalizer(content, CONTENT_PROTECTION));
  }

  /** The driver has answered for good. */
  async settle(content: Content): Promise<Content> {
    if (content.metadata.annotations?.[BEING_CREATED] === undefined) return content;
    return this.#annotate(content, null);
  }

  async #take(found: Content): Promise<boolean> {
    const { name: snapshot = '', namespace = '', uid } = found.spec.volumeSnapshotRef;
    const { volumeHandle: sourceVolumeId = '' } = found.spec.source;
    const [parameters, secrets] = await this.#input(found);
    if (!uid)
      throw new Error(`cannot create snapshot. Snapshot content ${nameOf(found)} not bound to a snapshot`);
    const isMarked = found.metadata.annotations?.[BEING_CREATED] !== undefined;
    const content = isMarked ? found : await this.#annotate(found, 'yes');
    const request = {
      sourceVolumeId,
      name: `snapshot-${uid}`,
      secrets,
      parameters: {
        ...parameters,
        'csi.storage.k8s.io/volumesnapshot/name': snapshot,
        'csi.storage.k8s.io/volumesnapshot/namespace': namespace,
        'csi.storage.k8s.io/volumesnapshotcontent/name': nameOf(content),
      },
    };
    let answer: Answer;
    try {
      answer = given(await this.#options.callerFor(content).unary(createSnapshot, request));
    } catch (error) {
      if (isFinal(error)) await this.settle(content);
      const text = JSON.stringify(rpcErrorText(error));
      throw new Error(`failed to take snapshot of the volume ${sourceVolumeId}: ${text}`, { cause: error });
    }
    await this.settle(await this.#setStatus(content, answer));
    return answer.readyToUse;
  }

  async #input(content: Content): Promise<[Record<string, string>, Record<string, string>]> {
    const name = nameOf(content);
    const { volumeSnapshotClassName: className } = content.spec;
    try {
      if (className === undefined)
        throw new Error(`failed to take snapshot ${name} without a snapshot class`);
      const { parameters = {} } = this.#class(className);
      return [driverParameters(parameters), await this.#secrets(content)];
    } catch (error) {
      const text = JSON.stringify(messageOf(error));
      throw new Error(`failed to get input parameters to create snapshot for content ${name}: ${text}`, {
        cause: error,
      });
    }
  }

  async #find(content: Content): Promise<Answer> {
    const snapshotId = handleOf(content);
    const { volumeSnapshotClassName: className } = content.spec;
    const { parameters = {} } = className === undefined ? {} : this.#class(className);
    const ref = secretOf('SnapshotterList', parameters, { content: nameOf(content) });
    const secrets = await credentials(this.#options.context.client, ref);
    const query = { snapshotId, secrets, maxEntries: 0, startingToken: '', sourceVolumeId: '' };
    try {
      const { entries } = await this.#options.callerFor(content).unary(listSnapshots, query);
      const [found] = entries;
      if (!found?.snapshot) throw new Error(`can not find snapshot for snapshotID ${snapshotId}`);
      return found.snapshot;
    } catch (error) {
      const text = JSON.stringify(rpcErrorText(error));
      throw new Error(`failed to list snapshot for content ${nameOf(content)}: ${text}`, { cause: error });
    }
  }

  #class(name: string): Readonly<VolumeSnapshotClass> {
    const found = this.#options.classes.lister.get(name);
    if (found) return found;
    throw new Error(`volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(name)} not found`);
  }

  /** Those that the content has noted: its class may be gone. */
  #secrets(content: Content): Promise<Record<string, string>> {
    const { [SECRET_NAME]: name, [SECRET_NAMESPACE]: namespace } = content.metadata.annotations ?? {};
    if (name === undefined || namespace === undefined) return Promise.resolve({});
    return credentials(this.#options.context.client, { name, namespace });
  }

  /** What fails is written into the status and told, once for each message, and thrown to be tried again. */
  async #reporting<T>(content: Content, reason: string, told: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (isConflict(error)) throw error;
      const message = `${told}: ${messageOf(error)}`;
      if (content.status?.error?.message !== message) {
        this.#warn(content, reason, message);
        const time = rfc3339(this.#options.context.clock.now());
        await this.#patch(
          content,
          'merge',
          { status: { error: { time, message }, readyToUse: false } },
          'status',
        );
      }
      throw error;
    }
  }

  #setStatus(content: Content, answer: Answer): Promise<Content> {
    const status = statusPatch(content, answer, this.#options.context.clock.now());
    return this.#patch(content, 'merge', { status }, 'status');
  }

  #annotate(content: Content, value: 'yes' | null): Promise<Content> {
    return this.#patch(content, 'merge', { metadata: { annotations: { [BEING_CREATED]: value } } });
  }

  async #patch(
    content: Content,
    type: 'merge' | 'json',
    patch: unknown,
    subresource?: 'status',
  ): Promise<Content> {
    const { context, contents } = this.#options;
    const options = subresource && { subresource };
    const name = nameOf(content);
    const written = await context.client.patch(VolumeSnapshotContent, name, undefined, type, patch, options);
    contents.wrote(written as Content);
    return written as Content;
  }

  #warn(content: Content, reason: string, message: string): void {
    const component = `csi-snapshotter ${content.spec.driver}`;
    const reference = referenceTo(VolumeSnapshotContent, content);
    this.#options.context.events.record(reference, 'Warning', reason, message, { component });
  }
}

const handleOf = ({ spec, status }: Content): string =>
  status?.snapshotHandle ?? spec.source.snapshotHandle ?? '';

function given({ snapshot }: { readonly snapshot: Answer | undefined }): Answer {
  if (snapshot?.snapshotId) return snapshot;
  throw new Error('the driver has answered without a snapshot');
}
