// Command lines in pages: those of `tiphys` and of kubectl, as words. Whether they exist is judged in known.ts.

export interface CommandLine {
  readonly line: number;
  /** With the program in front. */
  readonly words: readonly string[];
}

const PROGRAM =
  /^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:sudo )?(?:\.\/)?(?:bin\/)?(tiphys|kubectl|kubectl-tiphys)(?: |$)/;
/** What ends a command in a shell; comments and remarks in columns, too. */
const END = new Set(['|', '||', '&&', ';', '&', '>', '>>', '<', '2>&1', '#']);

/** Words as a shell takes them; quoted text is one word, `$(…)` too. Undefined for a quote that does not end. */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, i + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (text.startsWith('$(', i) || text.startsWith('<(', i)) {
      const end = text.indexOf(')', i);
      if (end < 0) return undefined;
      word = `${word ?? ''}$`;
      i = end;
    } else word = (word ?? '') + sign;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function commandIn(text: string): string[] | undefined {
  const program = PROGRAM.exec(text)?.[1];
  if (!program) return undefined;
  // What stands behind a wide gap says something to the reader.
  const typed = text.slice(text.indexOf(program)).split(/ {3,}/, 1)[0]!;
  const words = shellWords(typed);
  if (!words) return undefined;
  const end = words.findIndex((word) => END.has(word) || /[;|]$/.test(word));
  return end < 0 ? words : words.slice(0, end);
}

/** In blocks of code of consoles and without a language, at the beginning of a line. */
export function commandLines(page: string): CommandLine[] {
  const found: CommandLine[] = [];
  let inside: string | undefined;
  for (const [i, text] of page.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(text);
    if (fence) inside = inside === undefined ? fence[1] : undefined;
    else if (inside === '' || inside === 'console' || inside === 'sh' || inside === 'bash') {
      const words = commandIn(text);
      if (words) found.push({ line: i + 1, words });
    }
  }
  return found;
}
