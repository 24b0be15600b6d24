// Objects created at first start, in order: an object comes after those it refers to. Pure.
// Called by install.ts on every start.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { flowSchemas, priorityLevels } from './flow-control.ts';
import { builtInNamespaces } from './namespaces.ts';
import { builtInPriorityClasses } from './priority-classes.ts';
import { bootstrapRbac } from './rbac/bootstrap-rbac.ts';
import type { IsOn } from './rbac/notation.ts';

/** `isOn` tells which feature gates are on; by default those of v1.36 that are. */
export const builtInObjects = (isOn?: IsOn): KubeObject[] =>
  [
    ...builtInNamespaces(),
    ...builtInPriorityClasses(),
    ...bootstrapRbac(isOn),
    ...priorityLevels(),
    ...flowSchemas(),
  ] as KubeObject[];
