// Which kinds have no namespace, as far as it is known without a server; and the definitions of built-in kinds, by which patches merge.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import { otherKinds } from '../../api/scheme/other-kinds.ts';
import { Scheme } from '../../api/scheme/scheme.ts';

const scheme = new Scheme([...builtInKinds, ...otherKinds]);

export const kindOf = (apiVersion: string, kind: string): AnyResource | undefined =>
  scheme.kind(apiVersion, kind);

export const isClusterScoped = (group: string, version: string, kind: string): boolean =>
  kindOf(group ? `${group}/${version}` : version, kind)?.resource.namespaced === false;
