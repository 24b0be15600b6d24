// What is typed behind `:`: a kind with a namespace, a filter or labels, or one of the pages. Pure.
import { findMapping } from '../../../kubectl/discovery/find.ts';
import { groupResourceOf, type Mapping } from '../../../kubectl/discovery/served.ts';
import type { Source } from '../model/source.ts';
import type { State } from '../model/state.ts';

export type Meant =
  | { readonly type: 'view'; readonly source: Source; readonly filter: string; readonly namespace?: string }
  | { readonly type: 'namespace'; readonly namespace: string }
  | { readonly type: 'context'; readonly name: string }
  | { readonly type: 'help' }
  | { readonly type: 'quit' }
  | { readonly type: 'nothing' }
  | { readonly type: 'problem'; readonly text: string; readonly unknownKind: boolean };

const PAGES = ['pulse', 'xray', 'ctx', 'ns', 'pf', 'api-resources', 'help', 'quit'];

type Known = Pick<State, 'kinds' | 'namespaces' | 'namespace' | 'contexts'>;

const ALL = new Set(['all', '-A', '*']);

/** Of the namespace that a word names; empty for all. */
const namespaceOf = (word: string): string => (ALL.has(word) ? '' : word);

export function meantBy(text: string, known: Known): Meant {
  const words = text.trim().split(' ').filter(Boolean);
  const [first = '', second, ...more] = words;
  switch (first) {
    case '':
      return { type: 'nothing' };
    case 'q':
    case 'q!':
    case 'quit':
    case 'exit':
      return { type: 'quit' };
    case 'help':
    case 'h':
    case '?':
      return { type: 'help' };
    case 'ns':
    case 'namespace':
    case 'namespaces':
      if (second !== undefined) return { type: 'namespace', namespace: namespaceOf(second) };
      break;
    case 'ctx':
    case 'context':
    case 'contexts':
      if (second !== undefined) return { type: 'context', name: second };
      return view({ type: 'contexts' });
    case 'pf':
    case 'portforward':
    case 'port-forwards':
      return view({ type: 'forwards' });
    case 'api-resources':
    case 'aliases':
      return view({ type: 'kinds' });
    case 'pulse':
    case 'pulses':
      return inPlace({ type: 'pulse', namespace: known.namespace }, second);
    case 'xray': {
      const kind = second === undefined ? undefined : kindOf(second, known.kinds);
      if (!kind)
        return problem(
          second === undefined ? 'xray: give a kind, such as :xray deploy' : unknown(second),
          second !== undefined,
        );
      return inPlace({ type: 'tree', kind, namespace: known.namespace }, more[0]);
    }
  }
  return ofKind(first, words.slice(1), known);
}

const view = (source: Source): Meant => ({ type: 'view', source, filter: '' });

const problem = (text: string, unknownKind = false): Meant => ({ type: 'problem', text, unknownKind });

const unknown = (word: string): string => `the server doesn't have a resource type ${JSON.stringify(word)}`;

function inPlace(source: Extract<Source, { type: 'pulse' | 'tree' }>, word: string | undefined): Meant {
  if (word === undefined) return view(source);
  const namespace = namespaceOf(word);
  return { type: 'view', source: { ...source, namespace }, filter: '', namespace };
}

const kindOf = (word: string, kinds: readonly Mapping[]): Mapping | undefined =>
  findMapping(kinds, word)?.mapping;

/** `pods`, `pods NAMESPACE`, `pods /text`, `pods -l app=web`. */
function ofKind(word: string, rest: readonly string[], known: Known): Meant {
  const kind = kindOf(word, known.kinds);
  if (!kind) return problem(unknown(word), true);
  if (!kind.verbs.includes('list')) return problem(`${groupResourceOf(kind)} cannot be listed`);
  const [second = ''] = rest;
  const hasNamespace = second !== '' && !second.startsWith('/') && second !== '-l';
  const namespace = hasNamespace ? namespaceOf(second) : known.namespace;
  const filter = (hasNamespace ? rest.slice(1) : rest).join(' ').replace(/^\//, '');
  const source = { type: 'kind', kind, namespace } as const;
  return { type: 'view', source, filter, ...(hasNamespace && kind.namespaced && { namespace }) };
}

/** Whole words that may stand for the last one of the text, the likeliest first. */
export function completionsOf(text: string, known: Known): string[] {
  const words = text.split(' ');
  const last = words.at(-1)!;
  const names = words.length === 1 ? [...PAGES, ...kindNames(known.kinds)] : argumentsOf(words, known);
  const found = names.filter((name) => name.startsWith(last) && name !== last);
  return [...new Set(found)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

function argumentsOf([first, ...rest]: readonly string[], known: Known): readonly string[] {
  if (first === 'ctx') return known.contexts.map(({ name }) => name);
  if (first === 'xray' && rest.length === 1) return kindNames(known.kinds);
  return ['all', ...known.namespaces];
}

/** Short names are known by heart; what is completed are the names, with their group where two share one. */
function kindNames(kinds: readonly Mapping[]): readonly string[] {
  const listed = kinds.filter(({ verbs }) => verbs.includes('list'));
  const counts = new Map<string, number>();
  for (const { resource } of listed) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return listed.flatMap((kind) => [
    kind.resource,
    ...(counts.get(kind.resource)! > 1 ? [groupResourceOf(kind)] : []),
  ]);
}
