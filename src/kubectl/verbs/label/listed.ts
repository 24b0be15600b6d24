// The lines of `label --list` and `annotate --list`. Pure.
import type { KubeObject } from '../../resources/object.ts';
import { groupVersionOf } from '../../resources/object.ts';

export function listed(
  what: 'labels' | 'annotations',
  { apiVersion = '', kind = '', metadata }: KubeObject,
  pairs: Readonly<Record<string, string>>,
  single: boolean,
): string {
  const { group } = groupVersionOf(apiVersion);
  const head = single ? '' : `Listing ${what} for ${kind}.${group}/${metadata?.name ?? ''}:\n`;
  const indent = single ? '' : ' ';
  const lines = Object.entries(pairs).map(([key, value]) => `${indent}${key}=${value}\n`);
  return head + lines.join('');
}
