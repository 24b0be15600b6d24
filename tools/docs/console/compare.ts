// Whether a command printed what its page shows. A page shows what was printed once; these may be others of their like each time:
//
//   times         5s, 2m10s, 1.25 s, 2026-12-01T06:30:00Z    widths of columns   runs of spaces
//   addresses     10.244.0.7 (not 127.0.0.1)                 node ports          30000 to 32767
//   made names    web-6d4cf56db6-x7kqp, report-x7kqp         digests, UIDs       sha256:…, 8-4-4-4-12
//
// What is said of work that takes longer than a second (`  … building`) is left out. Lines with made names may stand in another order among
// themselves, as lists are sorted by name. `…` is any text of a line, and alone on a line any lines. Where a block says so: `usage` is
// what is used of CPU and memory, `counts` are numbers that chance has a part in (equal up to a third, and to 3), `order` is that of all
// lines, `nodes` are names of nodes where any of them will do.
import type { Varies } from './blocks.ts';

/** Kubernetes makes names of these characters only, so that they are no words. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b/g, '⟨moment⟩'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '⟨uid⟩'],
  [/\bsha256:[0-9a-f]{12,64}\b/g, '⟨digest⟩'],
  [/-[bcdfghjklmnpqrstvwxz2456789]{7,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, '-⟨name⟩'],
  [/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-⟨name⟩'],
  [/\b(?!127\.0\.0\.1\b)\d{1,3}(\.\d{1,3}){3}\b/g, '⟨address⟩'],
  [/\b3([01]\d{3}|2[0-6]\d\d|27[0-5]\d|276[0-7])\b/g, '⟨port⟩'],
  [/\b((\d+d)?\d+h)?(\d+m)?\d+(\.\d+)? ?(s|ms)\b/g, '⟨time⟩'],
];
const USAGE = /\b\d+(m|Ki|Mi|Gi|%)(?![\w])/g;
const PROGRESS = /^ {2}… /;
const NODE = /\btiphys(-\d+)?(?![\w-])/g;
const NUMBER = /\b\d+\b/g;

/** Without what may differ; the indentation counts, the width of columns does not. */
function plain(line: string, varies: ReadonlySet<Varies>): string {
  let text = line.trimEnd();
  for (const [kind, sign] of KINDS) text = text.replace(kind, sign);
  if (varies.has('usage')) text = text.replace(USAGE, '⟨usage⟩');
  if (varies.has('nodes')) text = text.replace(NODE, '⟨node⟩');
  // Numbers before a word are aligned at their ends.
  const indent = varies.has('counts') ? '' : /^ */.exec(text)![0];
  return indent + text.slice(indent.length).replace(/\s+/g, ' ').trimStart();
}

/** Lines with made names next to each other, or all of them, are put into an order that does not depend on chance. */
function ordered(lines: readonly string[], varies: ReadonlySet<Varies>): string[] {
  if (varies.has('order')) return [...lines].sort();
  const found: string[] = [];
  let together: string[] = [];
  for (const line of [...lines, undefined]) {
    if (line?.includes('⟨name⟩')) together.push(line);
    else {
      found.push(...together.sort());
      together = [];
      if (line !== undefined) found.push(line);
    }
  }
  return found;
}

const withoutLastEmpty = (lines: readonly string[]) => {
  let end = lines.length;
  while (end > 0 && !lines[end - 1]!.trim()) end--;
  return lines.slice(0, end);
};

function sameLine(wanted: string, line: string, varies: ReadonlySet<Varies>): boolean {
  if (wanted === line) return true;
  if (wanted.includes('…')) {
    const parts = wanted.split('…');
    const last = parts.pop()!;
    let at = 0;
    for (const [i, part] of parts.entries()) {
      const found = line.indexOf(part, at);
      if (found < 0 || (i === 0 && found > 0)) return false;
      at = found + part.length;
    }
    return line.length >= at + last.length && line.endsWith(last);
  }
  if (!varies.has('counts') || wanted.replace(NUMBER, '#') !== line.replace(NUMBER, '#')) return false;
  const counts = (text: string) => (text.match(NUMBER) ?? []).map(Number);
  const others = counts(line);
  return counts(wanted).every((count, i) => {
    const difference = Math.abs(count - others[i]!);
    return difference <= 3 || difference <= Math.max(count, others[i]!) / 3;
  });
}

/** `…` alone on a line stands for any number of lines. */
function sameLines(
  wanted: readonly string[],
  lines: readonly string[],
  varies: ReadonlySet<Varies>,
): boolean {
  const gap = wanted.indexOf('…');
  const head = gap < 0 ? wanted : wanted.slice(0, gap);
  if (gap < 0 ? lines.length !== wanted.length : lines.length < head.length) return false;
  if (!head.every((line, i) => sameLine(line, lines[i]!, varies))) return false;
  if (gap < 0) return true;
  const rest = wanted.slice(gap + 1);
  for (let from = head.length; from <= lines.length; from++)
    if (sameLines(rest, lines.slice(from), varies)) return true;
  return false;
}

/** What differs, for people; undefined when nothing does. */
export function difference(
  page: readonly string[],
  printed: readonly string[],
  varies: ReadonlySet<Varies>,
): string | undefined {
  const prepared = (lines: readonly string[]) =>
    ordered(
      withoutLastEmpty(lines).map((line) => plain(line, varies)),
      varies,
    );
  const lasting = printed.filter((line) => !PROGRESS.test(line));
  if (sameLines(prepared(page), prepared(lasting), varies)) return undefined;
  const block = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n');
  return `the page shows\n${block(page)}\nand this was printed\n${block(printed)}`;
}
