// Everything that is there before anybody has made anything, in the order in which it is made. Pure; the server makes
// what is missing when it starts.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { flowSchemas, priorityLevels } from './flow-control.ts';
import { builtInNamespaces } from './namespaces.ts';
import { builtInPriorityClasses } from './priority-classes.ts';
import { bootstrapRbac } from './rbac/bootstrap-rbac.ts';

export const builtInObjects = (): KubeObject[] =>
  [
    ...builtInNamespaces(),
    ...builtInPriorityClasses(),
    ...bootstrapRbac(),
    ...priorityLevels(),
    ...flowSchemas(),
  ] as KubeObject[];
