// Texts of descriptions in lines of a width. Pure.

const isSpace = (character: string) => /\s/.test(character) && character !== '\u00a0';

/** Breaks at spaces, keeps line breaks and runs of spaces. Upstream: github.com/mitchellh/go-wordwrap. */
export function wrapped(text: string, width: number): string {
  const out: string[] = [];
  let written = 0;
  let space = '';
  let word = '';
  let wordLength = 0;
  const flush = () => {
    out.push(space, word);
    written += space.length + wordLength;
    [space, word, wordLength] = ['', '', 0];
  };
  for (const character of text) {
    if (character === '\n') {
      if (word !== '' || written + space.length <= width) out.push(space, word);
      [space, word, wordLength] = ['', '', 0];
      out.push('\n');
      written = 0;
    } else if (isSpace(character)) {
      if (space === '' || word !== '') flush();
      space += character;
    } else {
      word += character;
      wordLength++;
      if (written + wordLength + space.length > width && wordLength < width) {
        out.push('\n');
        written = 0;
        space = '';
      }
    }
  }
  if (word !== '' || written + space.length <= width) out.push(space, word);
  return out.join('');
}

export const indented = (text: string, spaces: number): string => {
  const pad = ' '.repeat(spaces);
  return pad + text.replaceAll('\n', `\n${pad}`);
};

const BULLET = /^(?:[0-9]+\.?|-|\*)\s/;

/** Joins lines into paragraphs, except code, lists, and lines behind a colon. The older layout's. */
export function reflowed(text: string, width: number): string[] {
  const lines: string[] = [];
  let words: string[] = [];
  let length = 0;
  const flush = () => {
    if (words.length > 0) lines.push(words.join(' '));
    [words, length] = [[], 0];
  };
  for (const line of text.split('\n')) {
    const content = line.trim();
    if (line.startsWith('    ') || (content === '' && lines.length > 0)) {
      flush();
      lines.push(content === '' ? '' : line);
      continue;
    }
    if (content === '' || words.at(-1)?.endsWith(':') || BULLET.test(content)) flush();
    for (const word of content.split(/\s/).filter((part) => part !== '')) {
      if (words.length > 0 && length + 1 + word.length > width) flush();
      length += word.length + (words.length > 0 ? 1 : 0);
      words.push(word);
    }
  }
  flush();
  return lines;
}
