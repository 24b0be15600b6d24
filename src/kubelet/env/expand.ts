// Expands $(NAME) references in commands, arguments and environment values, as upstream's third_party/forked/golang/
// expansion does. Pure.

/** Replaces $(NAME) by its value; $$ is a dollar sign; references to unknown names stay as they are. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, rest: string, name: string | undefined) => {
    if (rest === '$') return '$';
    return values.get(name!) ?? whole;
  });
}

/** As expand, but every name must be known. */
export function expandStrict(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (_whole, rest: string, name: string | undefined) => {
    if (rest === '$') return '$';
    const value = values.get(name!);
    if (value === undefined) throw new Error(`missing value for "${name}"`);
    return value;
  });
}
