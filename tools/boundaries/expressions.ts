// Regular expressions of what ships take linear time on every text, because nobody can tell from an expression which texts it
// will meet. Expressions are literals, so that they can be checked. The exception is marked on the line above, with a reason:
// `// Trusted text: …` or `// Checked text: …`.
import { superLinear } from './expressions/automaton.ts';
import { codeOf, isTest, linesOf, type Rule, regExpsOf, roomOf } from './sources.ts';

const MARK = /^\s*(?:\/\/|\*|\/\*\*) ?(?:Trusted|Checked) text: \S/;

export const expressionsAreLinear: Rule = (sources) =>
  [...sources]
    .filter(([file]) => file.startsWith('src/') && !isTest(file) && roomOf(file) !== 'sim')
    .flatMap(([file, source]) => {
      const lines = source.split('\n');
      const isMarked = ({ line }: { line: number }) => MARK.test(lines[line - 2] ?? '');
      const literals = regExpsOf(source).map(({ line, found }) => ({ line, message: complaint(found) }));
      const built = linesOf(codeOf(source), /\bnew RegExp\(/g).map(({ line }) => ({
        line,
        message: 'builds a regular expression; write a literal, or use re2js for those of users',
      }));
      return [...literals, ...built]
        .filter((found) => found.message !== undefined && !isMarked(found))
        .map(({ line, message }) => ({ file, line, message: message! }));
    });

function complaint(literal: string): string | undefined {
  const end = literal.lastIndexOf('/');
  const why = superLinear(literal.slice(1, end), literal.slice(end + 1));
  return why && `${literal} ${why}`;
}
