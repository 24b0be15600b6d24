// The notation in which tiphys.yaml is written down once, in schema.ts. From it come the types, the checks, the flags of
// `tiphys up`, the reference, the JSON Schema, `tiphys config explain` and the commented example.

interface Described {
  /** One sentence or two, without a full stop; the text of its flag, too. */
  readonly description: string;
  /** What holds without it, where that is no constant. */
  readonly otherwise?: string;
  readonly required?: true;
  /** As commander has it: `--api-port <port>`. */
  readonly flag?: string;
  /** For the commented example: YAML, on lines of its own where it is no plain value. */
  readonly example?: string;
}

export interface TextField extends Described {
  readonly type: 'string';
  readonly values?: readonly string[];
  readonly default?: string;
  /** Of a file or directory: relative ones begin at the directory of tiphys.yaml, those of flags at the working directory. */
  readonly isPath?: true;
  /** Is not shown. */
  readonly secret?: true;
}

/** With one unit: 90s, 30m, 6h. */
export interface DurationField extends Described {
  readonly type: 'duration';
}

export interface IntegerField extends Described {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

export interface BooleanField extends Described {
  readonly type: 'boolean';
  readonly default?: boolean;
}

export interface ListField extends Described {
  readonly type: 'list';
  readonly items: Field;
}

/** Names that users choose. */
export interface MapField extends Described {
  readonly type: 'map';
  readonly values: Field;
}

export interface ObjectField extends Described {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  /** What people write who know other programs' files, and what it is here. */
  readonly hints?: Readonly<Record<string, string>>;
}

export type Field =
  | TextField
  | DurationField
  | IntegerField
  | BooleanField
  | ListField
  | MapField
  | ObjectField;

/** The TypeScript type of what a field holds. */
export type ValueOf<F extends Field> = F extends { type: 'string'; values: readonly (infer V)[] }
  ? V
  : F extends TextField | DurationField
    ? string
    : F extends IntegerField
      ? number
      : F extends BooleanField
        ? boolean
        : F extends { type: 'list'; items: infer I extends Field }
          ? readonly ValueOf<I>[]
          : F extends { type: 'map'; values: infer V extends Field }
            ? Readonly<Record<string, ValueOf<V>>>
            : F extends { type: 'object'; fields: infer R extends Readonly<Record<string, Field>> }
              ? ObjectOf<R>
              : never;

type RequiredIn<R extends Readonly<Record<string, Field>>> = {
  [K in keyof R]: R[K] extends { required: true } ? K : never;
}[keyof R];

type ObjectOf<R extends Readonly<Record<string, Field>>> = {
  readonly [K in RequiredIn<R>]: ValueOf<R[K]>;
} & { readonly [K in Exclude<keyof R, RequiredIn<R>>]?: ValueOf<R[K]> };
