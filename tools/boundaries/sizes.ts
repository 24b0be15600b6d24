// A folder that one can read at a glance, a file that one can read in one sitting. The kinds are exempt: their folders are
// Kubernetes' API groups and versions, and a kind stands in one file however many fields it has.
import { dirname } from 'node:path';
import type { Rule } from './sources.ts';

const MOST_FILES = 15;
const MOST_LINES = 400;
const isKind = (file: string) => file.startsWith('src/api/kinds/');

export const foldersAreSmall: Rule = (sources) => {
  const counts = new Map<string, number>();
  for (const file of sources.keys()) {
    if (file.endsWith('.test.ts') || isKind(file)) continue;
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MOST_FILES)
    .map(([file, count]) => ({
      file,
      message: `holds ${count} source files; more than ${MOST_FILES} need inner folders`,
    }));
};

export const filesAreShort: Rule = (sources) =>
  [...sources]
    .filter(([file]) => !isKind(file))
    .map(([file, source]) => ({ file, lines: source.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => ({ file, message: `has ${lines} lines; ${MOST_LINES} are the most` }));
