// Which strategy each kind has. Kinds without an entry follow the generic rules.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Strategy } from '../registry/strategy.ts';

const GENERIC: Strategy = {};

const byKind: Readonly<Record<string, Strategy>> = {};

export const strategyOf = ({ resource }: AnyResource): Strategy =>
  byKind[`${resource.group}/${resource.kind}`] ?? GENERIC;
