// Byte order of keys. JavaScript compares strings by UTF-16 unit, which differs from the order of their UTF-8
// bytes in one place: surrogates (characters above U+FFFF) sort before U+E000–U+FFFF. The sort form swaps them back.

const BEYOND = /[\ud800-\uffff]/;
const EACH_BEYOND = /[\ud800-\uffff]/g;

/** A string that compares with `<` as the key's UTF-8 bytes do; the key itself unless it has characters above U+D7FF. */
export function sortForm(key: string): string {
  return BEYOND.test(key) ? key.replace(EACH_BEYOND, rotate) : key;
}

function rotate(unit: string): string {
  const code = unit.charCodeAt(0);
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
}
