// Which kinds have no namespace, as far as it is known without a server; and the definitions of built-in kinds, by which patches merge.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { builtInScheme } from '../apply/built-in-scheme.ts';

export const kindOf = (apiVersion: string, kind: string): AnyResource | undefined =>
  builtInScheme.kind(apiVersion, kind);

export const isClusterScoped = (group: string, version: string, kind: string): boolean =>
  kindOf(group ? `${group}/${version}` : version, kind)?.resource.namespaced === false;
