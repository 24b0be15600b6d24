// Which resource of the server a rule of a role names. Called by `create role` and `create clusterrole`.
import type { Context } from '../../command/command.ts';
import { ExitError, NoMatchError } from '../../errors/errors.ts';
import { goQuote } from '../../text/quote.ts';
import type { ResourceLookup } from './objects/roles.ts';

export const lookupOf =
  ({ session }: Pick<Context, 'session'>): ResourceLookup =>
  async ({ resource, group }) => {
    const mapper = await session.mapper();
    try {
      const found = await mapper.find(group === '' ? resource : `${resource}.${group}`);
      return { resource: found.resource, group: found.group };
    } catch (cause) {
      if (!(cause instanceof NoMatchError)) throw cause;
      const where = group === '' ? '' : ` in group ${goQuote(group)}`;
      // Printed without `error: `, as upstream's mapper has it.
      throw new ExitError(1, `the server doesn't have a resource type ${goQuote(resource)}${where}`);
    }
  };
