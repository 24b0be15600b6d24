// Path and query of a request. A query is parsed in time that grows faster than its length: the number of parameters is limited
// before. Called by https-server.ts.
import { type ApiRequest, NO_QUERY } from '../request.ts';

/** As in Go's net/url (urlmaxqueryparams). Go takes a longer query for an empty one; here the request is refused. */
const MOST_PARAMETERS = 10_000;

export const pathOf = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
};

/** With `tooLong` the query was not parsed, and the request must be refused. */
export function requestTarget(url: string): Pick<ApiRequest, 'path' | 'query' | 'tooLong'> {
  const path = pathOf(url);
  if (path.length === url.length) return { path, query: NO_QUERY };
  const text = url.slice(path.length + 1);
  if (separators(text) >= MOST_PARAMETERS) return { path, query: NO_QUERY, tooLong: true };
  return { path, query: new URLSearchParams(text) };
}

function separators(text: string): number {
  let count = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count++;
  return count;
}
