// The text that is edited: its header, and whether a change of it means anything. Pure.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';

/** Why the text has to be edited again. */
export interface Reason {
  readonly head: string;
  readonly more: readonly string[];
}

const FOR_OBJECTS = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;
const FOR_ANNOTATIONS = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

export function headerOf(reasons: readonly Reason[], ofAnnotations: boolean): string {
  const lines = reasons.flatMap(({ head, more }) => [
    `# ${inComment(head)}${more.length > 0 ? ':' : ''}`,
    ...more.map((line) => `# * ${inComment(line)}`),
    '#',
  ]);
  return (ofAnnotations ? FOR_ANNOTATIONS : FOR_OBJECTS) + lines.map((line) => `${line}\n`).join('');
}

const inComment = (text: string): string => text.replace(/\n(?=[^#])/g, '\n# ');

/** Without lines that are comments. */
export const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => {
      const start = line.trim();
      return !start.startsWith('#') || start.startsWith('#!');
    })
    .join('\n');

/** Equal texts of equal content; texts that cannot be read are compared without comments. */
export function contentOf(text: string): string {
  try {
    return sortedGoJson(parseYamlDocuments(text)[0] ?? null);
  } catch {
    return withoutComments(text);
  }
}

/** The problem of a text that cannot be read, or is of no kind. */
export function syntaxProblem(text: string): string | undefined {
  try {
    const [object] = parseYamlDocuments(text);
    const members = typeof object === 'object' && object !== null ? { ...object } : {};
    const missing = ['apiVersion', 'kind'].filter((field) => !(members as Record<string, unknown>)[field]);
    if (missing.length === 0) return undefined;
    const texts = missing.map((field) => `${field} not set`);
    return texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const hasLines = (text: string): boolean =>
  text.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('#'));
