// Objects created at first start, in order: an object comes after those it refers to. Pure.
// Called by install.ts, which creates the missing ones on every start.
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
