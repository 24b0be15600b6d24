// Brings a live object to what a file says: computes the patch of client-side apply and sends it, again when the object has changed
// meanwhile. Called by apply and diff.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import { patchesConflict } from '../../api/patch/diff/conflicts.ts';
import { type PatchRules, structRules, UnknownField } from '../../api/patch/diff/rules.ts';
import { threeWayMergePatch, threeWayPatch, type Versions } from '../../api/patch/diff/three-way.ts';
import type { JsonObject } from '../../api/patch/json.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../api/patch/strategic.ts';
import { StatusError } from '../../api/status/status-error.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import { deleteOptionsOf, type Propagation } from '../deletion/flags.ts';
import { plainText } from '../errors/text.ts';
import { withSource } from '../errors/with-source.ts';
import type { Io } from '../io/io.ts';
import { toYaml } from '../printers/yaml/write.ts';
import { type Info, isNotFound, type WriteChoices } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Requests } from '../session/requests.ts';
import { withDeadline } from '../waiting/waiting.ts';
import { lastAppliedOf } from './last-applied.ts';
import { builtInKind, mayBeBuiltIn, rulesOfServer } from './patch-rules.ts';

const MOST_RETRIES = 5;
const BACK_OFF_MS = 1_000;

export interface PatcherChoices {
  /** Values that others have set otherwise are overwritten; else they are an error. */
  readonly overwrite: boolean;
  readonly write: WriteChoices;
  /** What the server refuses is deleted and made anew. */
  readonly force?: {
    readonly propagation: Propagation;
    readonly gracePeriod: number;
    readonly timeoutMs: number;
  };
  /** Fails when the object is of another version than the one that was read. */
  readonly locked?: boolean;
  /** Nothing is sent. */
  readonly local?: boolean;
}

export interface Patched {
  /** As it was sent: JSON. `{}` when nothing was to do. */
  readonly patch: string;
  readonly object: KubeObject;
}

/** An error, with the patch that it is about. */
export class PatchError extends Error {
  readonly patch: string;

  constructor(patch: string, cause: unknown) {
    super('', { cause });
    this.patch = patch;
  }
}

export class Patcher {
  readonly #requests: Requests;
  readonly #io: Pick<Io, 'clock' | 'signal'>;
  readonly #choices: PatcherChoices;

  constructor(requests: Requests, io: Pick<Io, 'clock' | 'signal'>, choices: PatcherChoices) {
    this.#requests = requests;
    this.#io = io;
    this.#choices = choices;
  }

  /** `info` has the live object; `modified` is what is applied, with its annotation. */
  async patch(info: Info, modified: JsonObject): Promise<Patched> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#once(info, modified);
      } catch (error) {
        const cause = error instanceof PatchError ? error.cause : error;
        const isConflict = cause instanceof StatusError && cause.reason === 'Conflict';
        if (isConflict && tries < MOST_RETRIES && !this.#choices.locked) {
          if (tries > 0) await this.#io.clock.sleep(BACK_OFF_MS, this.#io.signal);
          await info.get();
          continue;
        }
        const mayForce = isConflict || (cause instanceof StatusError && cause.reason === 'Invalid');
        if (mayForce && this.#choices.force) return this.#anew(info, modified, this.#choices.force);
        const patch = error instanceof PatchError ? error.patch : '';
        throw new PatchError(patch, withSource('patching', info.source, cause));
      }
    }
  }

  async #once(info: Info, modified: JsonObject): Promise<Patched> {
    const current: JsonObject = { ...info.object };
    const { kind, patch } = await this.#compute(info, modified, current);
    const text = sortedGoJson(patch);
    if (text === '{}') return { patch: text, object: info.object };
    if (this.#choices.local) return { patch: text, object: await patchedLocally(info, current, kind, patch) };
    const { resourceVersion } = info;
    const sent = this.#choices.locked ? withVersion(patch, resourceVersion) : patch;
    try {
      return { patch: text, object: await info.patch(kind, sortedGoJson(sent), this.#choices.write) };
    } catch (error) {
      throw new PatchError(text, error);
    }
  }

  async #compute(
    info: Info,
    modified: JsonObject,
    current: JsonObject,
  ): Promise<{ kind: 'strategic' | 'merge'; patch: JsonObject }> {
    const original = parsed(lastAppliedOf(current));
    const versions: Versions = { original, modified, current };
    try {
      const builtIn = await builtInKind(info.mapping);
      if (builtIn)
        try {
          return { kind: 'strategic', patch: this.#strategic(structRules(builtIn), versions) };
        } catch (error) {
          if (!(error instanceof UnknownField)) throw error;
          const rules = await rulesOfServer(this.#requests, info.mapping);
          if (!rules) throw error;
          return { kind: 'strategic', patch: this.#strategic(rules, versions) };
        }
      const rules = mayBeBuiltIn(info.mapping.group)
        ? await rulesOfServer(this.#requests, info.mapping).catch(() => undefined)
        : undefined;
      if (rules) return { kind: 'strategic', patch: this.#strategic(rules, versions) };
      return { kind: 'merge', patch: threeWayMergePatch(versions) };
    } catch (error) {
      throw new Error(
        `creating patch with:\noriginal:\n${lastAppliedOf(current) ?? ''}\nmodified:\n${sortedGoJson(modified)}\ncurrent:\n${sortedGoJson(current)}\nfor: ${plainText(error)}`,
        { cause: error },
      );
    }
  }

  #strategic(rules: PatchRules, versions: Versions): JsonObject {
    const { patch, changedByOthers } = threeWayPatch(rules, versions);
    if (this.#choices.overwrite) return patch;
    const changed = changedByOthers();
    if (!patchesConflict(patch, changed, rules)) return patch;
    throw new Error(
      `patch:\n${toYaml(patch)}\nconflicts with changes made from original to current:\n${toYaml(changed)}\n`,
    );
  }

  /** When the new one is refused, the old one is restored. */
  async #anew(
    info: Info,
    modified: JsonObject,
    { propagation, gracePeriod, timeoutMs }: NonNullable<PatcherChoices['force']>,
  ): Promise<Patched> {
    const patch = sortedGoJson(modified);
    const original = info.object;
    try {
      await info.remove(deleteOptionsOf(gracePeriod, propagation));
      await this.#untilGone(info, timeoutMs);
    } catch (error) {
      throw new PatchError(patch, error);
    }
    try {
      return { patch, object: await info.create(modified as KubeObject, this.#choices.write) };
    } catch (error) {
      throw new PatchError(patch, await this.#restored(info, original, error));
    }
  }

  async #restored(info: Info, original: KubeObject, error: unknown): Promise<unknown> {
    try {
      await info.create(original, this.#choices.write);
      return error;
    } catch (another) {
      return new Error(
        `An error occurred force-replacing the existing object with the newly provided one:\n\n${plainText(error)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${plainText(another)}`,
      );
    }
  }

  async #untilGone(info: Info, timeoutMs: number): Promise<void> {
    const io = this.#io;
    await withDeadline({ io, timeoutMs: timeoutMs || WEEK_MS }, async (signal) => {
      for (;;) {
        const gone = await this.#requests.request({ path: info.path(), signal }).then(
          () => false,
          (error: unknown) => {
            if (isNotFound(error)) return true;
            throw error;
          },
        );
        if (gone) return;
        await io.clock.sleep(BACK_OFF_MS, signal);
      }
    });
  }
}

const WEEK_MS = 168 * 3_600_000;

function parsed(text: string | undefined): JsonObject {
  if (!text) return {};
  try {
    return parseExactJson(text) as JsonObject;
  } catch {
    throw new Error('invalid JSON document');
  }
}

const withVersion = (patch: JsonObject, resourceVersion: string): JsonObject => ({
  ...patch,
  metadata: { ...(patch.metadata as JsonObject | undefined), resourceVersion },
});

async function patchedLocally(
  info: Info,
  current: JsonObject,
  kind: 'strategic' | 'merge',
  patch: JsonObject,
): Promise<KubeObject> {
  const builtIn = await builtInKind(info.mapping);
  return kind === 'strategic' && builtIn
    ? applyStrategicPatch(builtIn, current, patch)
    : applyMergePatch(current, patch);
}
