// Which of several matches that hold for a request decides, as the specification orders them: hosts, paths, methods, headers, query
// parameters, then age and name of the routes, then the order within a route. Pure; used by flatten.ts.
import type { Target } from '../../model/routes.ts';
import { compare } from '../age.ts';
import { bySpecificity } from '../hosts.ts';
import type { Match } from './matches.ts';

/** A match of a route for one host, and where its requests go. */
export interface Entry {
  readonly host: string;
  readonly match: Match;
  readonly to: Target;
  /** Of the route. */
  readonly age: string;
  /** The route's namespace. */
  readonly owner: string;
  /** That the match takes wherever it is tried. */
  readonly bytes: number;
  /** Of the match within the route. */
  readonly place: number;
}

export function byPrecedence(a: Entry, b: Entry): number {
  return (
    bySpecificity(a.host, b.host) ||
    Number(b.match.kind === 'exact') - Number(a.match.kind === 'exact') ||
    b.match.path.length - a.match.path.length ||
    b.match.grpcMethod - a.match.grpcMethod ||
    Number(b.match.hasMethod) - Number(a.match.hasMethod) ||
    b.match.headers - a.match.headers ||
    b.match.queries - a.match.queries ||
    compare(a.age, b.age) ||
    a.place - b.place
  );
}
