// The containers of a pod of all three kinds, in upstream's order: init containers first. For rules that are about each of them.
import type { Container } from '../../../kinds/core/v1/container.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import { checkItems, type FieldError } from '../../field.ts';

export const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** No more are checked once there are as many errors as are reported. */
export function errorsOfContainers(
  spec: PodSpec,
  path: string,
  check: (container: Container, path: string) => readonly FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of containerLists)
    checkItems(errors, spec[list], (container: Container, i: number) => {
      for (const error of check(container, `${path}.${list}[${i}]`)) errors.push(error);
    });
  return errors;
}
