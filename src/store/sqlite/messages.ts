// The messages between the store's main thread and its worker. The worker answers in the order of the requests.

export interface WorkerSetup {
  readonly directory: string;
}

export type Request =
  | { readonly kind: 'append'; readonly slab: ArrayBuffer }
  | { readonly kind: 'forget'; readonly compacted: number; readonly revisions: readonly number[] }
  | { readonly kind: 'shrink' }
  | { readonly kind: 'close' };

export type Refusal = 'locked' | 'corrupt' | 'failed';

export type Reply =
  | { readonly kind: 'opened'; readonly compacted: number }
  /** Records in revision order; only between `opened` and `loaded`. */
  | { readonly kind: 'records'; readonly slab: ArrayBuffer; readonly length: number }
  | { readonly kind: 'loaded' }
  /** The request is done; `more` when a shrink has further steps. */
  | { readonly kind: 'done'; readonly more: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly error: Error };
