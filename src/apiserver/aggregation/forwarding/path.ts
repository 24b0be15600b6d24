// The path and query of a forwarded request. Pure.
import { badRequest } from '../../../api/status/status-error.ts';
import type { ApiRequest } from '../../request.ts';

/**
 * As they were authorized. A path that the other server could understand otherwise is refused: an escaped slash, `..`, or what is
 * no valid escape. Upstream forwards the path decoded, and parses it decoded itself.
 */
export function forwardedPath({ path, query }: Pick<ApiRequest, 'path' | 'query'>): string {
  if (!/^[!-~]*$/.test(path)) throw refused();
  for (const segment of path.split('/')) {
    const text = decoded(segment);
    if (text === '.' || text === '..' || text.includes('/') || text.includes('\\')) throw refused();
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refused();
  }
}

const refused = () => badRequest('the path of the request is ambiguous');
