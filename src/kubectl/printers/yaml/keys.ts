// The order of keys: letters behind other characters, runs of digits by their value. Upstream: sorter.go of go.yaml.in/yaml/v2.

const isLetter = (character: string) => /\p{L}/u.test(character);
const isDigit = (character: string | undefined) =>
  character !== undefined && character >= '0' && character <= '9';

export const inYamlOrder = (map: object): string[] => Object.keys(map).sort(compareKeys);

export function compareKeys(left: string, right: string): number {
  if (left === right) return 0;
  return isLess([...left], [...right]) ? -1 : 1;
}

function isLess(a: readonly string[], b: readonly string[]): boolean {
  const i = a.findIndex((character, at) => character !== b[at]);
  if (i < 0 || i >= b.length) return a.length < b.length;
  const [x, y] = [a[i]!, b[i]!];
  if (isLetter(x) || isLetter(y)) return isLetter(x) && isLetter(y) ? x < y : isLetter(y);
  const [p, q] = [runOfDigits(a, i), runOfDigits(b, i)];
  // Behind digits that are not all zeros, a zero counts as a digit like others.
  const carried = (x === '0' || y === '0') && followsNonZero(a, i) ? '1' : '';
  const [m, n] = [BigInt(carried + p || '0'), BigInt(carried + q || '0')];
  if (m !== n) return m < n;
  return p.length === q.length ? x < y : p.length < q.length;
}

function runOfDigits(characters: readonly string[], from: number): string {
  let end = from;
  while (isDigit(characters[end])) end++;
  return characters.slice(from, end).join('');
}

function followsNonZero(characters: readonly string[], at: number): boolean {
  for (let i = at - 1; isDigit(characters[i]); i--) if (characters[i] !== '0') return true;
  return false;
}
