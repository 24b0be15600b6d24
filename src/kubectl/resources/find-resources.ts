// From the words, files and selectors of a command to objects. Called by nearly every verb. Problems of the command line are thrown at once;
// problems of single objects when their turn comes, or all together at the end with `continueOnError`.
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { addAll } from '../../kit/lists.ts';
import { combined } from '../errors/errors.ts';
import type { Io } from '../io/io.ts';
import type { Session } from '../session/session.ts';
import { readArguments, readNames, type Tuple } from './arguments.ts';
import { textSources } from './files.ts';
import { fromFiles } from './from-files.ts';
import { fromLists, fromNames, mappingsFor } from './from-server.ts';
import type { Info, Item } from './info.ts';
import { isList, type KubeObject } from './object.ts';
import type { ResourceQuery } from './query.ts';

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** Thrown when nothing says which resources are meant. */
export class MissingResourceError extends Error {
  constructor() {
    super(MISSING);
  }
}

export class Resources {
  readonly #items: () => AsyncIterable<Item>;
  readonly #continueOnError: boolean;
  /** The command line can mean no more than one object. */
  readonly single: boolean;
  /** Objects are named one by one, not selected. */
  readonly targetsSingleItems: boolean;

  constructor(
    items: () => AsyncIterable<Item>,
    facts: { single: boolean; targetsSingleItems: boolean; continueOnError: boolean },
  ) {
    this.#items = items;
    this.#continueOnError = facts.continueOnError;
    this.single = facts.single;
    this.targetsSingleItems = facts.targetsSingleItems;
  }

  /** Calls for each object in turn; throws the first error, or all of them at the end. */
  async visit(
    call: (info: Info) => Promise<unknown> | unknown,
    ignore: (error: unknown) => boolean = () => false,
  ): Promise<void> {
    const errors: unknown[] = [];
    // Objects that could not be found or read are told last.
    const unread: unknown[] = [];
    const failed = (error: unknown, of: unknown[]) => {
      if (ignore(error)) return;
      if (!this.#continueOnError) throw error;
      if (error instanceof AggregateError) for (const one of error.errors) of.push(one);
      else of.push(error);
    };
    try {
      for await (const item of this.#items()) {
        if ('error' in item) failed(item.error, unread);
        else
          try {
            await call(item.info);
          } catch (error) {
            failed(error, errors);
          }
      }
    } catch (error) {
      if (!this.#continueOnError || ignore(error)) throw error;
      errors.push(error);
    }
    addAll(errors, unread);
    if (errors.length > 0) throw combined(errors);
  }

  async infos(ignore?: (error: unknown) => boolean): Promise<Info[]> {
    const infos: Info[] = [];
    await this.visit((info) => {
      infos.push(info);
    }, ignore);
    return infos;
  }

  /** The only object, or a List of all. */
  async object(): Promise<KubeObject> {
    return objectOf(await this.infos(), this.single);
  }
}

export function objectOf(infos: readonly Info[], single: boolean): KubeObject {
  const [only] = infos;
  if (infos.length === 1 && only && (single || isList(only.object))) return only.object;
  const versions = new Set(infos.map((info) => info.resourceVersion));
  const resourceVersion = versions.size === 1 ? [...versions][0]! : '';
  return {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion },
    items: infos.map((info) => info.object),
  };
}

export async function findResources(session: Session, io: Io, query: ResourceQuery): Promise<Resources> {
  const { filename = [], kustomize = '' } = query;
  if (filename.length > 0 && kustomize) throw new Error('only one of -f or -k can be specified');
  if (kustomize && query.recursive) throw new Error("the -k flag can't be used with -f or -R");
  const args = await withCategories(session, query.args ?? []);
  const { types, names, tuples: slashed } = readArguments(args);
  const tuples: readonly Tuple[] = query.named
    ? [...slashed, ...readNames(query.named.type, query.named.names)]
    : slashed;
  const label = query.labelSelector?.trim() ?? '';
  const field = query.fieldSelector?.trim() ?? '';
  if (query.all && label)
    throw new Error(
      `found non-empty label selector ${JSON.stringify(label)} with previously set 'all' parameter. `,
    );
  if (query.all && field)
    throw new Error(
      `found non-empty field selector ${JSON.stringify(field)} with previously set 'all' parameter. `,
    );
  const selects =
    label !== '' ||
    field !== '' ||
    query.all ||
    (query.typeMeansAll === true && types.length > 0 && names.length === 0);
  const facts = { continueOnError: query.continueOnError ?? false };

  if (filename.length > 0 || kustomize || query.text) {
    if (query.local !== true || args.length > 0) refuseArguments(types, names, tuples);
    const sources = textSources(filename, query.recursive ?? false, io);
    const selector = label === '' ? undefined : parseLabelSelector(label);
    const built = kustomize ? () => kustomized(kustomize, io) : undefined;
    return new Resources(() => fromFiles(session, query, sources, selector, built), {
      ...facts,
      single: sources.single && !kustomize && !query.text,
      targetsSingleItems: true,
    });
  }
  if (query.local) throw new Error(LOCAL);
  if (selects) {
    refuseSelection(types, names, tuples, query);
    const mappings = await mappingsFor(session, types, query.singleType);
    return new Resources(() => fromLists(session, query, mappings, { label, field }), {
      ...facts,
      single: false,
      targetsSingleItems: false,
    });
  }
  if (tuples.length > 0) {
    if (types.length > 0)
      throw new Error('you may not specify individual resources and bulk resources in the same call');
    const items = await fromNames(session, query, tuples);
    return new Resources(items, { ...facts, single: tuples.length === 1, targetsSingleItems: true });
  }
  if (names.length > 0) {
    if (types.length > 1) throw new Error('you must specify only one resource');
    const items = await fromNames(
      session,
      query,
      names.map((name) => ({ type: types[0]!, name })),
    );
    return new Resources(items, { ...facts, single: names.length === 1, targetsSingleItems: true });
  }
  if (types.length > 0) {
    await mappingsFor(session, types, false);
    throw new Error('resource(s) were provided, but no name was specified');
  }
  throw new MissingResourceError();
}

async function kustomized(directory: string, io: Io): Promise<readonly object[]> {
  const { buildKustomization } = await import('../kustomize/build.ts');
  return buildKustomization(directory, { cwd: io.cwd, warn: (text) => io.err(`${text}\n`) });
}

const LOCAL = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** Categories in the first word become their resources. */
async function withCategories(session: Session, args: readonly string[]): Promise<readonly string[]> {
  const [first, ...rest] = args;
  if (first === undefined || first.includes('/')) return args;
  const mapper = await session.mapper();
  const words: string[] = [];
  for (const word of first.split(',')) addAll(words, (await mapper.category(word)) ?? [word]);
  return [words.join(','), ...rest];
}

function refuseArguments(types: readonly string[], names: readonly string[], tuples: readonly Tuple[]): void {
  if (types.length > 0)
    throw new Error(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  if (names.length > 0) throw new Error('name cannot be provided when a path is specified');
  if (tuples.length > 0)
    throw new Error('resource/name arguments cannot be provided when a path is specified');
}

function refuseSelection(
  types: readonly string[],
  names: readonly string[],
  tuples: readonly Tuple[],
  { subresource }: ResourceQuery,
): void {
  if (names.length > 0) throw new Error('name cannot be provided when a selector is specified');
  if (tuples.length > 0)
    throw new Error('selectors and the all flag cannot be used when passing resource/name arguments');
  if (types.length === 0) throw new Error('at least one resource must be specified to use a selector');
  if (subresource) throw new Error('subresource cannot be used when bulk resources are specified');
}
