// The parts of a Go template.

/** Where a part stands in the text, for errors. */
export interface Place {
  readonly at: number;
  /** The part as it is written. */
  readonly source: string;
}

export type Expression = Place &
  (
    | { readonly kind: 'dot' | 'nil' }
    | { readonly kind: 'literal'; readonly value: unknown }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'chain'; readonly base: Expression; readonly names: readonly string[] }
    | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  );

export interface Command extends Place {
  readonly operands: readonly Expression[];
}

export interface Pipeline extends Place {
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | (Place & { readonly kind: 'template'; readonly name: string; readonly pipeline?: Pipeline })
  | { readonly kind: 'break' | 'continue' };
