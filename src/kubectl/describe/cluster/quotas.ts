// Quotas and limit ranges: alone, and within the description of their namespace.
import type { LimitRange } from '../../../api/kinds/core/v1/limit-range.ts';
import type { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import { formatQuantity, parseQuantity, wholeValue } from '../../../api/quantity/quantity.ts';
import { writeNames } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { byKey, quantityText, sortedEntries } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

const LIMIT_COLUMNS = ['Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio'];

const dashes = (columns: readonly string[]) => columns.map((column) => '-'.repeat(column.length));

export async function limitRange(subject: Subject): Promise<string> {
  const range = await readObject<LimitRange>(subject, 'api/v1', 'limitranges');
  const w = new DescriptionWriter();
  writeNames(w, range);
  const columns = ['Type', 'Resource', ...LIMIT_COLUMNS];
  w.cells(0, ...columns);
  w.cells(0, ...dashes(columns));
  writeLimits(w, range, '');
  return w.text();
}

function writeLimits(w: DescriptionWriter, { spec }: LimitRange, indent: string): void {
  for (const { type, min, max, defaultRequest, default: limit, maxLimitRequestRatio } of spec?.limits ?? []) {
    const all = [min, max, defaultRequest, limit, maxLimitRequestRatio];
    const names = new Set(all.flatMap((list) => Object.keys(list ?? {})));
    for (const name of [...names].sort()) {
      const cells = all.map((list) => (list?.[name] === undefined ? '-' : quantityText(list[name])));
      w.cells(0, `${indent}${type}`, name, ...cells);
    }
  }
}

export function writeLimitRanges(w: DescriptionWriter, ranges: readonly LimitRange[]): void {
  if (ranges.length === 0) {
    w.line('No LimitRange resource.');
    return;
  }
  const columns = ['Type', 'Resource', ...LIMIT_COLUMNS];
  w.line('Resource Limits');
  w.cells(0, ` ${columns[0]}`, ...columns.slice(1));
  w.cells(0, ' ----', ...dashes(columns.slice(1)));
  for (const range of ranges) writeLimits(w, range, ' ');
}

export async function resourceQuota(subject: Subject): Promise<string> {
  const quota = await readObject<ResourceQuota>(subject, 'api/v1', 'resourcequotas');
  const w = new DescriptionWriter();
  writeNames(w, quota);
  writeScopes(w, quota, 0, ' * ');
  w.cells(0, 'Resource', 'Used', 'Hard');
  w.cells(0, '--------', '----', '----');
  const { hard, used } = quota.status ?? {};
  for (const [name, most] of sortedEntries(hard))
    w.cells(0, name, usedText(used?.[name], most), quantityText(most));
  return w.text();
}

/** In the format of the limit. */
function usedText(used: string | undefined, hard: string): string {
  const text = String(used ?? '0');
  const { format } = parseQuantity(String(hard));
  const quantity = parseQuantity(text);
  if (quantity.format === format) return quantityText(text);
  return formatQuantity({ ...parseQuantity(String(wholeValue(text))), format });
}

function writeScopes(w: DescriptionWriter, { spec }: ResourceQuota, level: number, mark: string): void {
  const scopes = [...(spec?.scopes ?? [])].sort();
  if (scopes.length === 0) return;
  w.row(level, 'Scopes', scopes.join(', '));
  for (const scope of scopes) if (SCOPES[scope]) w.write(level, `${mark}${SCOPES[scope]}\n`);
}

export function writeResourceQuotas(w: DescriptionWriter, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) {
    w.line('No resource quota.');
    return;
  }
  w.line('Resource Quotas');
  for (const quota of [...quotas].sort(byKey((one) => one.metadata?.name ?? ''))) {
    w.row(1, 'Name', quota.metadata?.name ?? '');
    writeScopes(w, quota, 1, '* ');
    w.cells(1, 'Resource', 'Used', 'Hard');
    w.cells(1, '--------', '---', '---');
    const { hard, used } = quota.status ?? {};
    for (const [name, most] of sortedEntries(hard))
      w.cells(1, name, quantityText(used?.[name]), quantityText(most));
  }
}
