// The words behind a verb that name resources: `TYPE[,TYPE…]`, `TYPE NAME…`, `TYPE/NAME…`. Pure; messages are cli-runtime's.

export interface Tuple {
  readonly type: string;
  readonly name: string;
}

export interface NamedResources {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly tuples: readonly Tuple[];
}

/** Parts between commas, each once. */
export const splitTypes = (word: string): string[] => [...new Set(word.split(','))];

export function readArguments(args: readonly string[]): NamedResources {
  const words = spread(args);
  const slashed = words.filter((word) => word.includes('/')).length;
  if (slashed > 0) {
    if (slashed !== words.length)
      throw new Error(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      );
    return { types: [], names: [], tuples: words.map(tupleOf) };
  }
  const [first, ...names] = words;
  return { types: first === undefined ? [] : splitTypes(first), names, tuples: [] };
}

/** `a,b c` means `a/c b/c`. */
function spread(args: readonly string[]): readonly string[] {
  const [first, ...names] = args;
  if (first === undefined || names.length === 0) return args;
  const types = splitTypes(first);
  return types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

/** Whether the words name objects and not only their types. */
export const hasNames = (args: readonly string[]): boolean => {
  const { names, tuples } = readArguments(args);
  return names.length > 0 || tuples.length > 0;
};

function tupleOf(word: string): Tuple {
  const parts = word.split('/');
  if (parts.length !== 2) throw new Error('arguments in resource/name form may not have more than one slash');
  const [type = '', name = ''] = parts;
  if (type === '' || name === '' || splitTypes(type).length !== 1)
    throw new Error('arguments in resource/name form must have a single resource and name');
  return { type, name };
}

/** Names that may stand as `TYPE/NAME`, with a type for those that do not. */
export function readNames(defaultType: string, names: readonly string[]): Tuple[] {
  return names.map((name) => {
    if (name.includes('/')) return tupleOf(name);
    if (defaultType === '') throw new Error(`the argument ${JSON.stringify(name)} must be RESOURCE/NAME`);
    return { type: defaultType, name };
  });
}
