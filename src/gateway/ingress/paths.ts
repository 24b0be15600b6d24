// What a path of an Ingress matches, and what rewrite-target makes of it. ingress-nginx lets users write regular expressions here;
// only the forms of its documentation are understood, which need none: /x(/|$)(.*) with $2, /x/(.*) with $1, /x with neither.
import { isMatchPath, isTargetPath } from '../model/alphabets.ts';
import type { Rewrite } from '../model/policy.ts';
import type { Route } from '../model/routes.ts';
import { type Annotations, Refusal, refused } from './annotations/read.ts';

export interface MatchedPath {
  readonly path: string;
  readonly match: Route['match'];
  readonly rewrite?: Rewrite;
}

/** Forms of expressions: their end, the capture that has the rest of the path, and what precedes that besides the path. */
const FORMS = [
  { end: '(/|$)(.*)', capture: '$2', separator: 1 },
  { end: '/(.*)', capture: '$1', separator: 1 },
  { end: '(.*)', capture: '$1', separator: 0 },
] as const;

/** Throws a Refusal. ImplementationSpecific is Prefix. */
export function matchedPath(text: string, type: string, annotations: Annotations): MatchedPath {
  const target = annotations.text('rewrite-target');
  const expression = annotations.flag('use-regex') || target !== undefined;
  const form = expression ? FORMS.find(({ end }) => text.endsWith(end)) : undefined;
  const written = form ? text.slice(0, text.length - form.end.length) || '/' : text || '/';
  const literal = decoded(written);
  if (literal === undefined || (expression && !isTargetPath(literal)))
    throw new Refusal(`path ${JSON.stringify(text.slice(0, 80))} is not supported`);
  const match = type === 'Exact' && !form ? 'exact' : 'prefix';
  if (target === undefined) return { path: literal, match };
  return { path: literal, match, rewrite: rewriteOf(target, literal, form) };
}

/** Paths of requests are compared without percent-encoding: another way to write a path must not lead past its route. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return isMatchPath(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function rewriteOf(target: string, literal: string, form: (typeof FORMS)[number] | undefined): Rewrite {
  const capture = form && target.endsWith(form.capture);
  const to = capture ? target.slice(0, -form.capture.length) : target;
  if (!isTargetPath(to)) throw refused('rewrite-target', target);
  if (!capture) return { to };
  const prefix = literal === '/' ? '' : literal;
  return { to, keep: { prefix, from: prefix.length + form.separator } };
}
