// --record: the command line in the annotation that `rollout history` shows as the cause of a revision.
import type { Context } from '../command/command.ts';
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

type Recording = Pick<Context, 'args' | 'path' | 'changed'> & {
  readonly flags: { readonly record: boolean };
};

/** The object with the cause, when that is wanted. */
export const recorded = <T extends KubeObject>(context: Recording, object: T): T =>
  context.flags.record ? withAnnotation(object, CHANGE_CAUSE, commandLine(context)) : object;

/** The command line, flags last. Secrets are not written. */
function commandLine({ path, args, flags, changed }: Recording): string {
  const given = Object.entries(flags)
    .filter(([name]) => changed(name))
    .map(([name, value]) => ` --${name}=${SECRET.has(name) ? 'CLASSIFIED' : String(value)}`);
  return [path, ...args].join(' ') + given.join('');
}

const SECRET = new Set(['token', 'password']);

export const withAnnotation = <T extends KubeObject>(object: T, key: string, value: string): T => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [key]: value } },
});
