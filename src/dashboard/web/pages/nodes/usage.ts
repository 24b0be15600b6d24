// The answers of the views `usage` and `requests` (src/dashboard/server/views), and of metrics.k8s.io.

export interface Series {
  readonly times: readonly number[];
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

export interface UsageAnswer {
  readonly series: Readonly<Record<string, Series>>;
  readonly incomplete: boolean;
}

export interface AllRequests {
  readonly nodes: Readonly<
    Record<string, { readonly pods: number; readonly cpu: number; readonly memory: number }>
  >;
  readonly more: boolean;
}

export interface NodeMetricsList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly usage: { readonly cpu: string; readonly memory: string };
  }[];
}
