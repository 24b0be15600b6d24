// Where the API's own rules meet the registry: defaults, canonical form and validation of built-in and custom kinds.
import { normalize } from '../../api/codec/normalize.ts';
import { applyDefaults } from '../../api/defaults/apply-defaults.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import { validateEphemeralContainersUpdate, validateResize } from '../../api/validation/pod/pod.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../api/validation/validate.ts';
import type { AnyObject } from './strategy.ts';

/** Fills what was left out, in place. */
export function defaulted(kind: AnyResource, object: AnyObject): void {
  applyDefaults(kind, object);
}

export const validateNew = (kind: AnyResource, object: AnyObject): FieldError[] =>
  validateCreate(kind, object);

export const validateChanged = (
  kind: AnyResource,
  object: AnyObject,
  old: AnyObject,
  subresource: string,
): FieldError[] => {
  const door = kind === Pod ? podDoors[subresource] : undefined;
  if (door) return door(object as unknown as Pod, old as unknown as Pod);
  return subresource === 'status'
    ? validateStatusUpdate(kind, object, old)
    : validateUpdate(kind, object, old);
};

/** What these change of a pod is forbidden to an ordinary update. A binding has been checked where it was made. */
const podDoors: Readonly<Partial<Record<string, (pod: Pod, old: Pod) => FieldError[]>>> = {
  binding: () => [],
  ephemeralcontainers: validateEphemeralContainersUpdate,
  resize: validateResize,
};

/** The form in which an object is kept and answered. */
export const stored = (kind: AnyResource, object: AnyObject): AnyObject => normalize(kind, object);
