// What a round with a violation leaves: everything that was recorded, to find the cause.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { History } from './history.ts';
import type { RoundResult } from './round.ts';

/** Gives the path of the report. */
export function writeReport(result: RoundResult, history: History): string {
  const path = join(mkdtempSync(join(tmpdir(), 'robustness-report-')), `${result.fault}.json`);
  writeFileSync(path, JSON.stringify({ result, history }, undefined, 1));
  return path;
}
