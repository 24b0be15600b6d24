// The messages between the store's main thread and its worker. The worker answers in the order of the requests.

export type Request =
  /** Comes first; answered by `opened`, `records` and `loaded`. */
  | { readonly kind: 'open'; readonly directory: string }
  | { readonly kind: 'append'; readonly slab: ArrayBuffer }
  | { readonly kind: 'forget'; readonly compacted: number; readonly revisions: readonly number[] }
  | { readonly kind: 'shrink' }
  /** Reads some more of what is stored, and checks it. */
  | { readonly kind: 'check' }
  /** Asks whether the disk has room, beyond the reserve, and takes writes. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'close' };

/** `full` and `read-only`: rolled back, the disk took nothing. */
export type Refusal = 'locked' | 'corrupt' | 'full' | 'read-only' | 'failed';

export interface Room {
  /** Bytes of the file that are in use. */
  readonly used: number;
  /** The reserve is in use. */
  readonly tight: boolean;
}

export type Reply =
  | { readonly kind: 'opened'; readonly compacted: number }
  /** Records in revision order; only between `opened` and `loaded`. */
  | { readonly kind: 'records'; readonly slab: ArrayBuffer; readonly length: number }
  | ({ readonly kind: 'loaded' } & Room)
  /** The request is done; `more` when a shrink or a check has further steps. */
  | ({ readonly kind: 'done'; readonly more: boolean } & Room)
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly error: Error };
