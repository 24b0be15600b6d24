// The parts of a JSONPath template in client-go's dialect.

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly nodes: Node[] }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'slice'; readonly bounds: Bounds }
  | { readonly kind: 'filter'; readonly left: Node[]; readonly right: Node[]; readonly operator: string }
  | { readonly kind: 'literal'; readonly value: number | boolean }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'union'; readonly lists: readonly Node[][] }
  | { readonly kind: 'word'; readonly word: string };

export interface Bounds {
  readonly from?: number;
  readonly to?: number;
  readonly step?: number;
  /** One element is meant: [3], so that -1 has no end before the first one. */
  readonly isIndex: boolean;
}
