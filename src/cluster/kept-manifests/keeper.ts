// Keeps the objects of a directory's files in the cluster as the files say: applied when a file changes, put right when they differ, deleted
// when no file has them any more. One look after another; what fails is told and tried again. Loaded by await-files.ts with the first
// file.

import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';
import type { HasMetadata } from '../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { createEventRecorder, type EventRecorder, referenceTo } from '../../client/events/events.ts';
import { discoverKind } from '../../client/rest/discovery.ts';
import type { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import {
  chartOf,
  chartStamp,
  type HelmOptions,
  installChart,
  isChart,
  releaseNamespace,
  uninstallChart,
} from './charts.ts';
import { inOrder, type Kept, keptOf, keyOfKept, leaving, leavingOrder, owners, united } from './plan.ts';
import { type KeptFile, readKeptFiles } from './read-files.ts';
import { deleteRecord, type KeptRecord, sealedRecords, writeRecord } from './records.ts';

export interface KeeperOptions {
  readonly directory: string;
  /** Which server this is: what other servers' files have made is left alone. */
  readonly server: string;
  /** With an administrator's rights and a field manager of its own. */
  readonly client: RestClient;
  readonly transport: Transport;
  readonly helm: Pick<HelmOptions, 'home' | 'kubeconfig'>;
  /** Only this machine's root knows it: seals the records, and hides what charts were installed with. */
  readonly key: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export const MANIFEST_MANAGER = 'tiphys-manifests';
/** From one look at everything to the next, at least; each object adds some of its own. */
const RELIST_MS = 30_000;
const RELIST_MS_EACH = 50;
/** A file that was written so shortly ago may be half written. */
const SETTLED_MS = 500;
/** Editors take a file away for a moment. */
const GONE_MS = 2_000;
const ESTABLISHED_WITHIN_MS = 10_000;

interface Wanted {
  readonly file: string;
  readonly object: KubeObject;
  readonly kept: Kept;
}

/** What is to be known of a file when its record is written. */
interface Found {
  /** By all files. */
  readonly wanted: ReadonlySet<string>;
  /** Whether every file was understood. */
  readonly isKnown: boolean;
  readonly problems: string[];
  readonly before: KeptRecord | undefined;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #events: EventRecorder;
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  #files: ReadonlyMap<string, KeptFile> = new Map();
  /** Since when a file of a record is not there. */
  readonly #missing = new Map<string, number>();
  readonly #kinds = new Map<string, AnyResource>();
  #wake: () => void = () => {};
  #isChanged = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#events = createEventRecorder({ ...options, component: 'tiphys-manifests' });
    this.#running = this.#run();
  }

  /** Something in the directory has changed. */
  look(): void {
    this.#isChanged = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#over.abort(new Error('stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      let waitMs = RELIST_MS;
      this.#isChanged = false;
      try {
        waitMs = await this.#once();
      } catch (error) {
        if (signal.aborted) return;
        log.warn('manifests were not looked at', { error: messageOf(error) });
      }
      if (this.#isChanged) waitMs = SETTLED_MS;
      const woken = new AbortController();
      this.#wake = () => woken.abort(new Error('changed'));
      await clock.sleep(waitMs, AbortSignal.any([woken.signal, signal])).catch(() => {});
      if (woken.signal.aborted) await clock.sleep(SETTLED_MS, signal).catch(() => {});
    }
  }

  /** Looks at all files and records once; gives the milliseconds until the next time. */
  async #once(): Promise<number> {
    const { directory, server, client, clock, key } = this.#options;
    this.#kinds.clear();
    // A directory that cannot be read says nothing of its files.
    const files = await readKeptFiles(directory, this.#files);
    const now = clock.now();
    if (files.some(({ written }) => written <= now && now - written < SETTLED_MS)) return SETTLED_MS;
    this.#files = new Map(files.map((file) => [file.name, file]));
    const records = new Map((await sealedRecords(client, server, key)).map((one) => [one.file, one]));
    const wanted = await this.#wanted(files);
    const gone = [...records.values()].filter(({ file }) => !this.#files.has(file));
    const kept = await this.#applyAll(files, wanted, records);
    // What a file that is not understood has is not known: nothing is deleted meanwhile.
    const isKnown = files.every(({ objects }) => objects);
    const isPruned = !isKnown || (await this.#prune(gone, new Set(wanted.map((one) => keyOfKept(one.kept)))));
    return isPruned ? Math.max(RELIST_MS, kept * RELIST_MS_EACH) : GONE_MS;
  }

  /** The objects of all files, with where they are. */
  async #wanted(files: readonly KeptFile[]): Promise<Wanted[]> {
    const wanted: Wanted[] = [];
    for (const { name: file, objects = [] } of files)
      for (const object of objects) {
        const isRelease = isChart(object) && !(await this.#kindOf(object));
        const namespace = (isRelease ? releaseNamespace(object) : object.metadata.namespace) ?? '';
        wanted.push({ file, object, kept: keptOf(object, namespace) });
      }
    return wanted;
  }

  /** Gives how many objects are kept. */
  async #applyAll(
    files: readonly KeptFile[],
    wanted: readonly Wanted[],
    records: ReadonlyMap<string, KeptRecord>,
  ): Promise<number> {
    const keys = files.map(({ name }) => ({
      name,
      keys: wanted.filter(({ file }) => file === name).map(({ kept }) => keyOfKept(kept)),
    }));
    const { ownerOf, doubled } = owners(keys);
    const own = wanted.filter(({ file, kept }) => ownerOf.get(keyOfKept(kept)) === file);
    const problems = new Map<string, string[]>();
    for (const { name, problem } of files)
      problems.set(name, [...(problem ? [problem] : []), ...(doubled.get(name) ?? [])]);
    // Written down first: what is made and not known would never be deleted.
    const before = new Map<string, KeptRecord>();
    for (const { name, objects } of files) {
      const record = records.get(name) ?? this.#newRecord(name);
      const ofFile = own.filter(({ file }) => file === name).map(({ kept }) => kept);
      const planned = { ...record, objects: united(record.objects, ofFile) };
      if (objects && !isSame(planned, records.get(name))) await this.#write(planned);
      before.set(name, planned);
    }
    const charts = new Map<string, Record<string, string>>();
    for (const one of inOrder(own)) {
      if (this.#over.signal.aborted) return own.length;
      try {
        const known = { ...before.get(one.file)!.charts, ...charts.get(one.file) };
        const chart = await this.#apply(one, known);
        if (chart) charts.set(one.file, { ...known, ...chart });
      } catch (error) {
        if (this.#over.signal.aborted) return own.length;
        problems.get(one.file)!.push(`${one.kept.kind}/${one.kept.name}: ${messageOf(error)}`);
      }
    }
    const isKnown = files.every(({ objects }) => objects);
    const wantedKeys = new Set(wanted.map(({ kept }) => keyOfKept(kept)));
    for (const file of files) {
      const record = before.get(file.name)!;
      const charted = charts.get(file.name) ?? record.charts;
      const found = {
        wanted: wantedKeys,
        isKnown,
        problems: problems.get(file.name)!,
        before: records.get(file.name),
      };
      await this.#finish(file, { ...record, charts: charted }, found);
    }
    return own.length;
  }

  #write(record: KeptRecord): Promise<ConfigMap> {
    return writeRecord(this.#options.client, record, this.#options.key);
  }

  #newRecord(file: string): KeptRecord {
    return { file, server: this.#options.server, objects: [], charts: {}, problem: '' };
  }

  /** Deletes what the file has no longer, and writes down what it has. */
  async #finish(
    { name, objects }: KeptFile,
    record: KeptRecord,
    { wanted, isKnown, problems, before }: Found,
  ): Promise<void> {
    const old = objects && isKnown ? leaving(record.objects, wanted) : [];
    const left: Kept[] = [];
    for (const one of leavingOrder(old)) {
      try {
        await this.#delete(one);
      } catch (error) {
        left.push(one);
        problems.push(`${one.kind}/${one.name} was not deleted: ${messageOf(error)}`);
      }
    }
    const gone = new Set(old.filter((one) => !left.includes(one)).map(keyOfKept));
    const kept = record.objects.filter((one) => !gone.has(keyOfKept(one)));
    const charts = Object.fromEntries(
      Object.entries(record.charts).filter(([key]) => kept.some((one) => keyOfKept(one) === key)),
    );
    const after = { ...record, objects: kept, charts, problem: problems.join('\n') };
    if (isSame(after, before)) return;
    const written = await this.#write(after);
    const { log } = this.#options;
    if (after.problem !== '') {
      log.warn('a manifest was not applied', { file: name, error: after.problem });
      this.#events.record(
        referenceTo(ConfigMap, written),
        'Warning',
        'ApplyManifestFailed',
        `${name}: ${after.problem}`,
      );
    } else if (before?.problem !== '' || old.length > 0 || kept.length !== before.objects.length)
      this.#events.record(
        referenceTo(ConfigMap, written),
        'Normal',
        'AppliedManifest',
        `${name}: ${kept.length} objects applied`,
      );
  }

  /** Applies one object; gives what a chart was installed with. */
  async #apply({ object, kept }: Wanted, charts: Readonly<Record<string, string>>) {
    const kind = await this.#kindOf(object);
    if (!kind && isChart(object)) {
      const stamp = chartStamp(object, this.#options.key);
      const key = keyOfKept(kept);
      if (charts[key] === stamp) return undefined;
      await installChart(chartOf(object), this.#helm());
      return { [key]: stamp };
    }
    if (!kind) throw new Error(`no kind "${object.kind}" in version "${object.apiVersion}"`);
    const namespace = kind.resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const whole = namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    await this.#options.client.patch(kind, object.metadata.name!, namespace, 'apply', whole, { force: true });
    if (object.kind === 'CustomResourceDefinition') await this.#established(object.metadata.name!);
    return undefined;
  }

  #helm(): HelmOptions {
    const { helm, directory, clock } = this.#options;
    return { ...helm, directory, clock, signal: this.#over.signal };
  }

  /** Remembered for one look at everything. */
  async #kindOf({
    apiVersion = '',
    kind = '',
  }: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<AnyResource | undefined> {
    const id = `${apiVersion} ${kind}`;
    const found = this.#kinds.get(id) ?? (await discoverKind(this.#options.transport, apiVersion, kind));
    if (found) this.#kinds.set(id, found);
    return found;
  }

  async #established(name: string): Promise<void> {
    const { client, clock } = this.#options;
    const deadline = clock.monotonic() + ESTABLISHED_WITHIN_MS;
    while (!isConditionTrue(await client.get(CustomResourceDefinition, name), 'Established')) {
      if (clock.monotonic() > deadline) throw new Error('the definition was not accepted');
      await clock.sleep(50, this.#over.signal);
    }
  }

  /** An object that somebody else has made anew since is theirs. */
  async #delete(one: Kept): Promise<void> {
    const { client } = this.#options;
    const kind = await this.#kindOf(one);
    if (!kind && isChart(one)) return uninstallChart(one.name, one.namespace || 'default', this.#helm());
    if (!kind) return;
    const namespace = kind.resource.namespaced ? one.namespace || 'default' : undefined;
    try {
      const { metadata = {} }: HasMetadata = await client.get(kind, one.name, namespace);
      if (!metadata.managedFields?.some(({ manager }) => manager === MANIFEST_MANAGER)) return;
      const preconditions = { ...(metadata.uid && { uid: metadata.uid }) };
      await client.delete(kind, one.name, namespace, { preconditions, propagationPolicy: 'Background' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** What files made that are not there any more. False: one of them may only be away for a moment. */
  async #prune(gone: readonly KeptRecord[], wanted: ReadonlySet<string>): Promise<boolean> {
    const { clock, client, log } = this.#options;
    const now = clock.monotonic();
    for (const file of [...this.#missing.keys()])
      if (!gone.some((one) => one.file === file)) this.#missing.delete(file);
    let isDone = true;
    for (const record of gone) {
      const since = this.#missing.get(record.file) ?? now;
      this.#missing.set(record.file, since);
      if (now - since < GONE_MS) {
        isDone = false;
        continue;
      }
      for (const one of leavingOrder(leaving(record.objects, wanted))) await this.#delete(one);
      await deleteRecord(client, record);
      log.info('objects of a removed manifest were deleted', { file: record.file });
    }
    return isDone;
  }
}

const isSame = (a: KeptRecord, b: KeptRecord | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
