// Values of Secrets are not shown: only which of them differ. Pure.
import { isMap } from '../../printers/printer.ts';
import type { KubeObject } from '../../resources/object.ts';

const SAME = '***';
const BEFORE = '*** (before)';
const AFTER = '*** (after)';

export function masked(
  from: KubeObject | undefined,
  to: KubeObject | undefined,
): { from: KubeObject | undefined; to: KubeObject | undefined } {
  const [before, after] = [dataOf(from), dataOf(to)];
  const differs = (key: string) =>
    before !== undefined &&
    after !== undefined &&
    key in before &&
    key in after &&
    before[key] !== after[key];
  const maskedIn = (
    object: KubeObject | undefined,
    data: Record<string, unknown> | undefined,
    changed: string,
  ) =>
    object && data
      ? {
          ...object,
          data: Object.fromEntries(Object.keys(data).map((key) => [key, differs(key) ? changed : SAME])),
        }
      : object;
  return { from: maskedIn(from, before, BEFORE), to: maskedIn(to, after, AFTER) };
}

function dataOf(object: KubeObject | undefined): Record<string, unknown> | undefined {
  const data = object?.data;
  return isMap(data) ? { ...data } : undefined;
}

export const isSecret = (object: KubeObject | undefined): boolean =>
  object?.apiVersion?.split('/').at(-1) === 'v1' && object.kind === 'Secret';
