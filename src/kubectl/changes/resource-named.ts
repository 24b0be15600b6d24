// The resource of the server that a word names, where upstream's mapper is asked without the builder: the error of a word that names none
// is printed without `error: `. Called by `create role`, `create clusterrole` and `taint`.
import type { Mapping } from '../discovery/served.ts';
import { ExitError, NoMatchError } from '../errors/errors.ts';
import type { Session } from '../session/session.ts';
import { goQuote } from '../text/quote.ts';

export async function resourceNamed(session: Session, resource: string, group = ''): Promise<Mapping> {
  const mapper = await session.mapper();
  try {
    return await mapper.find(group === '' ? resource : `${resource}.${group}`);
  } catch (cause) {
    if (!(cause instanceof NoMatchError)) throw cause;
    const where = group === '' ? '' : ` in group ${goQuote(group)}`;
    throw new ExitError(1, `the server doesn't have a resource type ${goQuote(resource)}${where}`);
  }
}
