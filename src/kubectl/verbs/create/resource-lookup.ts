// Which resource of the server a rule of a role names. Called by `create role` and `create clusterrole`.
import { resourceNamed } from '../../changes/resource-named.ts';
import type { Context } from '../../command/command.ts';
import type { ResourceLookup } from './objects/roles.ts';

export const lookupOf =
  ({ session }: Pick<Context, 'session'>): ResourceLookup =>
  ({ resource, group }) =>
    resourceNamed(session, resource, group);
