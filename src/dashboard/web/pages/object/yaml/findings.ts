// What is wrong with a text, with its line: broken YAML, and what the schemas of its kinds forbid. Pure.
import type { Knowledge } from './complete.ts';
import { fromYaml, identityOf, isObject } from './document.ts';
import { lineOfPath, outlineOf } from './outline.ts';
import { findingsOf } from './validate.ts';

export interface TextFinding {
  /** From 0. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly isError: boolean;
}

/** Longer texts are checked by the server alone. */
const LONGEST = 500_000;

export function findingsIn(text: string, knowledge: Knowledge): TextFinding[] {
  if (text.length > LONGEST) return [];
  const { documents, problem } = fromYaml(text);
  if (problem) return [{ ...problem, isError: true }];
  const outline = outlineOf(text);
  // Empty documents are left out of both.
  const numbers = [...new Set(outline.map(({ document }) => document))];
  return documents.flatMap((document, i) => {
    const number = numbers[i] ?? 0;
    const at = (path: readonly (string | number)[]) => {
      const line = lineOfPath(outline, number, path);
      return { line: line?.line ?? 0, column: line?.column ?? 0 };
    };
    const identity = identityOf(document);
    if (typeof identity === 'string') return [{ ...at([]), message: identity, isError: true }];
    const schema = knowledge.schemaFor(identity.apiVersion, identity.kind);
    if (!schema || !isObject(document)) return [];
    // A manifest that is applied may have a part of the fields only.
    return findingsOf(document, schema).map(({ path, message }) => ({
      ...at(path),
      message,
      isError: !message.endsWith('Required value'),
    }));
  });
}
