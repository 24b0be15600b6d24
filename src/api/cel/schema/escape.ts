// Names of properties as expressions write them: "x-y" is x__dash__y, and words of the language get underscores.

const words = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** Undefined: expressions have no way to name it. */
export function escapeName(name: string): string | undefined {
  if (name === '' || /^[0-9]/.test(name) || /[^a-zA-Z0-9\-./_]/.test(name)) return undefined;
  if (words.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (found) => escapes[found] ?? found);
}

const originals: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** The name that escapeName() wrote so; undefined: it writes none so. */
export function unescapeName(escaped: string): string | undefined {
  let known = true;
  const name = escaped.replace(/__[^_]+__/g, (found) => {
    const content = found.slice(2, -2);
    const original = Object.hasOwn(originals, content) ? originals[content] : undefined;
    if (original !== undefined) return original;
    if (!words.has(content) || found.length !== escaped.length) known = false;
    return content;
  });
  return known ? name : undefined;
}
