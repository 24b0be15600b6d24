// `list.push(...items)` passes every item as an argument, on the stack: with about 120,000 of them, which a body of a request may
// have, it throws a RangeError. addAll, largest and smallest of src/kit/lists.ts do the same in a loop.
import { codeOf, isTest, type Rule, type Violation } from './sources.ts';

/** Calls of the language that take any number of arguments. */
const VARIADIC = /\.(?:push|unshift|splice|concat|fromCharCode|fromCodePoint)\(|\bMath\.(?:max|min|hypot)\(/g;
const OPENING = '([{';
const CLOSING = ')]}';

export const noSpreadIntoVariadicCalls: Rule = (sources) =>
  [...sources]
    .filter(([file]) => file.startsWith('src/') && !isTest(file))
    .flatMap(([file, source]) => spreadsOf(codeOf(source)).map((line) => ({ file, line, message: MESSAGE })));

const MESSAGE = 'spreads a list into arguments; take addAll, largest or smallest of src/kit/lists.ts';

/** Lines of calls that have a spread among their own arguments; one within a list or an object is no argument. */
function spreadsOf(code: string): Required<Violation>['line'][] {
  const lines: number[] = [];
  for (const call of code.matchAll(VARIADIC)) {
    let depth = 1;
    for (let i = call.index + call[0].length; i < code.length && depth > 0; i++) {
      if (OPENING.includes(code[i]!)) depth++;
      else if (CLOSING.includes(code[i]!)) depth--;
      else if (depth === 1 && code.startsWith('...', i)) {
        lines.push(code.slice(0, call.index).split('\n').length);
        break;
      }
    }
  }
  return lines;
}
