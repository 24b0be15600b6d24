// Which part of the proxy answers a path: static files below one prefix, the API below another. Pure; called by server.ts.
import { posix } from 'node:path';

export interface Prefixes {
  /** With a slash at the end, both. */
  readonly api: string;
  readonly statics: string;
  readonly hasStatics: boolean;
}

export type Route =
  | { readonly to: 'api'; readonly path: string }
  | { readonly to: 'files'; readonly path: string }
  | { readonly to: 'redirect'; readonly path: string }
  | { readonly to: 'nowhere' };

/** The longest prefix wins. A path that is not clean is sent to the clean one, and a prefix without its slash to the one with it, as
 *  Go's ServeMux does. */
export function routeOf(path: string, prefixes: Prefixes): Route {
  const clean = cleaned(path);
  if (clean !== path) return { to: 'redirect', path: clean };
  const { api, statics, hasStatics } = prefixes;
  if (`${path}/` === api || (hasStatics && `${path}/` === statics))
    return { to: 'redirect', path: `${path}/` };
  const inStatics = hasStatics && path.startsWith(statics);
  const inApi = path.startsWith(api);
  if (inStatics && (!inApi || statics.length >= api.length))
    return { to: 'files', path: path.slice(statics.length) };
  if (!inApi) return { to: 'nowhere' };
  if (api.startsWith('/api')) return { to: 'api', path };
  const rest = path.slice(api.length);
  return { to: 'api', path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Without `.`, `..` and repeated slashes; a slash at the end stays. */
function cleaned(path: string): string {
  const normal = posix.normalize(`/${path}`);
  return normal.startsWith('//') ? normal.slice(1) : normal;
}
