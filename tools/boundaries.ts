// Checks the laws of CONTRIBUTING.md that a reader of one file cannot see: one rule a file in tools/boundaries/.
// Run by `npm run check`; prints each violation and exits with 1 when there is any.
import { globSync, readFileSync } from 'node:fs';
import { castsAtDecodingEdgesOnly } from './boundaries/casts.ts';
import { expressionsAreLinear } from './boundaries/expressions.ts';
import { noCycles, roomsKeepApart } from './boundaries/imports.ts';
import { timeAndChanceInKit } from './boundaries/machine.ts';
import { filesAreShort, foldersAreSmall } from './boundaries/sizes.ts';
import type { Rule, Sources } from './boundaries/sources.ts';
import { noSpreadIntoVariadicCalls } from './boundaries/spreads.ts';

const rules: readonly Rule[] = [
  roomsKeepApart,
  noCycles,
  timeAndChanceInKit,
  castsAtDecodingEdgesOnly,
  expressionsAreLinear,
  noSpreadIntoVariadicCalls,
  foldersAreSmall,
  filesAreShort,
];

const files = globSync('{src,test,tools,bench}/**/*.{ts,tsx}').sort();
const sources: Sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const violations = rules.flatMap((rule) => rule(sources));
for (const { file, line, message } of violations)
  console.error(`${file}${line === undefined ? '' : `:${line}`} ${message}`);
console.log(`boundaries: ${files.length} files, ${violations.length} violations`);
process.exitCode = violations.length ? 1 : 0;
