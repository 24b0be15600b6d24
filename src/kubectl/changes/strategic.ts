// A change of an object as a strategic merge patch, sent and printed. Called by `set` and `rollout`, whose verbs change objects that
// they have read.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { twoWayPatch } from '../../api/patch/diff/two-way.ts';
import { plainText } from '../errors/text.ts';
import type { Info } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import { inGoOrder } from './go-order.ts';
import { typed } from './kinds.ts';

/** The changed object, never the same one changed in place; undefined where there is nothing to do. */
export type Mutate = (
  object: KubeObject,
  info: Info,
) => KubeObject | undefined | Promise<KubeObject | undefined>;

export interface Changed {
  readonly info: Info;
  readonly kind: AnyResource | undefined;
  readonly after: KubeObject;
  readonly patch: Readonly<Record<string, unknown>>;
}

export interface Failed {
  readonly info: Info;
  readonly error: unknown;
}

export async function changeOf(info: Info, mutate: Mutate): Promise<Changed | Failed | undefined> {
  try {
    const { kind, object } = await typed(info.object);
    const mutated = await mutate(object, info);
    if (!mutated) return undefined;
    const { object: after } = await typed(mutated);
    const patch = kind ? twoWayPatch(kind, object, after) : {};
    return { info, kind, after, patch };
  } catch (error) {
    return { info, error };
  }
}

export const isEmpty = (patch: object): boolean => Object.keys(patch).length === 0;

export interface SetChoices {
  /** Nothing is sent. */
  readonly clientOnly: boolean;
  readonly serverDryRun: boolean;
  readonly fieldManager: string;
  /** Objects that would not change are sent and printed, too. */
  readonly evenUnchanged: boolean;
  /** Stands before the server's refusal. */
  readonly failed: string;
  readonly print: (object: KubeObject) => void;
}

/** What all `set` verbs do with the objects they found. Gives the errors. */
export async function setAll(infos: readonly Info[], mutate: Mutate, choices: SetChoices): Promise<Error[]> {
  const errors: Error[] = [];
  const changes: (Changed | Failed)[] = [];
  for (const info of infos) {
    const change = await changeOf(info, mutate);
    if (change) changes.push(change);
  }
  for (const change of changes) {
    const { info } = change;
    if ('error' in change) {
      errors.push(new Error(`error: ${info.objectName} ${plainText(change.error)}`));
      continue;
    }
    if (isEmpty(change.patch) && !choices.evenUnchanged) continue;
    const print = (object: KubeObject) =>
      choices.print(change.kind ? inGoOrder(change.kind, object) : object);
    if (choices.clientOnly) {
      print(change.after);
      continue;
    }
    try {
      const { serverDryRun, fieldManager } = choices;
      print(await info.patch('strategic', change.patch, { serverDryRun, fieldManager }));
    } catch (error) {
      errors.push(new Error(`${choices.failed}${plainText(error)}`, { cause: error }));
    }
  }
  return errors;
}
