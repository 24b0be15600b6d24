// Strings in single or double quotes, with Go's escapes. Upstream: UnquoteExtend of client-go's jsonpath.

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export function unquoted(text: string): string {
  const quote = text.charAt(0);
  const body = text.slice(1, -1);
  const failed = () => new Error(`unquote string ${text} error invalid syntax`);
  if (text.length < 2 || text.at(-1) !== quote) throw failed();
  let result = '';
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === quote) throw failed();
    if (character !== '\\') {
      result += character;
      continue;
    }
    const letter = body.charAt(++at);
    const simple = letter === quote ? quote : SIMPLE[letter];
    const width = HEX_DIGITS[letter] ?? (/[0-7]/.test(letter) ? 3 : 0);
    if (simple === undefined && width === 0) throw failed();
    if (simple !== undefined) result += simple;
    else {
      const isOctal = width === 3;
      const digits = body.slice(isOctal ? at : at + 1, (isOctal ? at : at + 1) + width);
      const code = isOctal ? Number.parseInt(digits, 8) : Number.parseInt(digits, 16);
      const isWhole = digits.length === width && (isOctal ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(digits);
      if (!isWhole || code > 0x10ffff) throw failed();
      result += String.fromCodePoint(code);
      at += isOctal ? width - 1 : width;
    }
  }
  return result;
}
