// --record: the command line in the annotation that `rollout history` shows as the cause of a revision.
import { boolFlag } from '../command/flag.ts';
import type { KubeObject } from '../resources/object.ts';

export const recordFlag = {
  record: boolFlag(
    false,
    'Record current kubectl command in the resource annotation. If set to false, do not record the command. If set to true, record the command. If not set, default to updating the existing annotation value only if one already exists.',
    { deprecated: '--record will be removed in the future' },
  ),
};

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

interface Recording {
  readonly flags: { readonly record: boolean };
  changeCause(): string;
}

/** The object with the cause, when that is wanted. */
export function recorded<T extends KubeObject>(context: Recording, object: T): T {
  return context.flags.record ? withAnnotation(object, CHANGE_CAUSE, context.changeCause()) : object;
}

export const withAnnotation = <T extends KubeObject>(object: T, key: string, value: string): T => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [key]: value } },
});
