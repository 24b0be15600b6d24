// The text of an expression, and errors at its places as upstream shows them. Columns count code points.

export interface Issue {
  /** Offset in UTF-16 units; -1: nowhere. */
  at: number;
  message: string;
}

const maximumReported = 100;
const maximumSnippet = 16_384;

export function showIssues(text: string, issues: readonly Issue[]): string {
  const placed = issues.slice(0, maximumReported).map((issue) => ({ ...issue, ...place(text, issue.at) }));
  placed.sort((a, b) => a.line - b.line || a.column - b.column);
  const shown = placed.map((issue) => showIssue(issue));
  if (issues.length > maximumReported)
    shown.push(`${issues.length - maximumReported} more errors were truncated`);
  return shown.join('\n');
}

function place(text: string, at: number): { line: number; column: number; snippet: string | undefined } {
  if (at < 0) return { line: -1, column: -1, snippet: undefined };
  const before = text.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', at);
  const line = before.split('\n').length;
  return {
    line,
    column: [...before.slice(start)].length,
    snippet: text.slice(start, end < 0 ? undefined : end),
  };
}

function showIssue(issue: {
  line: number;
  column: number;
  snippet: string | undefined;
  message: string;
}): string {
  const head = `ERROR: <input>:${issue.line}:${issue.column + 1}: ${issue.message}`;
  if (issue.snippet === undefined) return head;
  const points = [...issue.snippet.replaceAll('\t', ' ')];
  if (points.length > maximumSnippet) return head;
  let mark = '';
  for (let i = 0; i < issue.column && i < points.length; i++) mark += isWide(points[i]) ? '．' : '.';
  mark += isWide(points[issue.column]) ? '＾' : '^';
  return `${head}\n | ${points.join('')}\n | ${mark}`;
}

const isWide = (point: string | undefined): boolean =>
  point !== undefined && (point.codePointAt(0) ?? 0) > 127;
