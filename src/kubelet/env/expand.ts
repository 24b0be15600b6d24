// Expands $(NAME) references in commands, arguments and environment values, as upstream's third_party/forked/golang/
// expansion does, in one pass. Values may refer to values, so what comes out is limited. Pure.

/** Bytes that the kernel takes as one argument or variable (MAX_ARG_STRLEN): a longer one could not be started with. */
const MAX_STRING = 128 << 10;
/** Bytes of all arguments, or of all variables, of a process: the kernel takes 6 MiB of both together. */
const MAX_ALL = 6 << 20;

/** What is expanded is longer than a process can be given. */
export class ExpansionTooLong extends Error {}

/** Replaces $(NAME) by its value; $$ is a dollar sign; references to unknown names stay as they are. */
export const expand = (text: string, values: ReadonlyMap<string, string>): string =>
  expanded(text, (name, whole) => values.get(name) ?? whole);

/** As expand, but every name must be known. */
export const expandStrict = (text: string, values: ReadonlyMap<string, string>): string =>
  expanded(text, (name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`missing value for "${name}"`);
    return value;
  });

/** Expands each of the words. */
export function expandAll(words: readonly string[], values: ReadonlyMap<string, string>): string[] {
  const budget = new ExpansionBudget();
  return words.map((word) => budget.spend(expand(word, values)));
}

/** What all strings of one kind may take together. */
export class ExpansionBudget {
  #left = MAX_ALL;

  spend(text: string): string {
    this.#left -= text.length;
    if (this.#left < 0) throw new ExpansionTooLong(`more than ${MAX_ALL} bytes of arguments or variables`);
    return text;
  }
}

/** Each bracket that opens is looked for once: where none closes, none closes later on either. */
function expanded(text: string, lookUp: (name: string, whole: string) => string): string {
  checkLength(text.length);
  let out = '';
  let from = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', from)) {
    out += text.slice(from, at);
    const next = text[at + 1];
    const close = next === '(' ? text.indexOf(')', at) : -1;
    if (next === '(' && close < 0) return out + text.slice(at).replaceAll('$$', '$');
    out += close < 0 ? '$' : lookUp(text.slice(at + 2, close), text.slice(at, close + 1));
    from = close >= 0 ? close + 1 : at + (next === '$' ? 2 : 1);
    checkLength(out.length);
  }
  return out + text.slice(from);
}

function checkLength(length: number): void {
  if (length > MAX_STRING)
    throw new ExpansionTooLong(`an argument or variable of more than ${MAX_STRING} bytes`);
}
