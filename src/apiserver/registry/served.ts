// A kind as it is served: its names, its stored objects, its strategy.
import type { Cell, Column } from '../../api/columns/printer.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import type { Strategy } from './strategy.ts';

/** The table columns of a kind that brings its own. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly row: (object: KubeObject, now: number) => Cell[];
}

/** Where a kind keeps what its scale subresource shows; custom kinds say it in their definitions. */
export interface ScalePaths {
  /** Dotted, without the leading dot. */
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

export interface Served {
  readonly kind: AnyResource;
  readonly cache: ResourceCache;
  readonly strategy: Strategy;
  /** Selectable fields of a custom kind, beyond those every kind has. */
  readonly extraFields?: readonly string[];
  readonly scale?: ScalePaths;
  /** How objects of a custom kind are printed. */
  readonly columns?: Columns;
  /** Defined by a CustomResourceDefinition. */
  readonly custom?: boolean;
}

/** The name of an object in messages. */
export const targetOf = ({ kind }: Served) => ({
  group: kind.resource.group,
  resource: kind.resource.plural,
});
