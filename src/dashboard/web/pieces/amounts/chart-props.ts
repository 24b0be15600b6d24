// What a chart shows, and what draws it.

export interface ChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, oldest first. */
  readonly times: readonly number[];
  /** A null is a gap. */
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
  /** Bytes: the marks of the axis are powers of two. */
  readonly binary?: boolean;
  /** What cannot be exceeded, or should not: a line across. */
  readonly most?: { readonly label: string; readonly value: number } | undefined;
}

export interface Drawing {
  show(props: ChartProps): void;
  end(): void;
}
