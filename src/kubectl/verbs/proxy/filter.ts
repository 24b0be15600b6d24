// Which requests the proxy passes on: lists of regular expressions, with commas between, for paths, hosts and methods. They are
// matched with RE2's rules in linear time. Called by server.ts.
import { RE2JS } from 're2js';

export interface FilterWords {
  readonly acceptPaths: string;
  readonly rejectPaths: string;
  readonly acceptHosts: string;
  readonly rejectMethods: string;
}

export interface FilteredRequest {
  readonly method: string;
  readonly path: string;
  /** The Host header. */
  readonly host: string;
}

/** A longer path is refused: no API has one, and matching takes time for every character. */
const MAX_PATH = 16 * 1024;

export function filterOf(words: FilterWords): (request: FilteredRequest) => boolean {
  const [acceptPaths, rejectPaths, acceptHosts, rejectMethods] = [
    compiled(words.acceptPaths),
    compiled(words.rejectPaths),
    compiled(words.acceptHosts),
    compiled(words.rejectMethods),
  ];
  return ({ method, path, host }) =>
    path.length <= MAX_PATH &&
    !matches(path, rejectPaths) &&
    !matches(method, rejectMethods) &&
    matches(path, acceptPaths) &&
    matches(hostOf(host), acceptHosts);
}

const compiled = (list: string): RE2JS[] =>
  list === ''
    ? []
    : list.split(',').map((expression) => {
        try {
          return RE2JS.compile(expression);
        } catch (cause) {
          throw new Error(`Error compiling re: ${cause instanceof Error ? cause.message : cause}`, { cause });
        }
      });

const matches = (text: string, expressions: readonly RE2JS[]): boolean =>
  expressions.some((expression) => expression.matcher(text).find());

/** The host of `localhost:8001` or `[::1]:8001`; a header without port as it is. */
export function hostOf(header: string): string {
  const colon = header.lastIndexOf(':');
  if (colon < 0) return header;
  const host = header.slice(0, colon);
  if (host.startsWith('[') && host.endsWith(']')) return host.slice(1, -1);
  return host.includes(':') ? header : host;
}
