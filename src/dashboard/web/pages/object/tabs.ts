// The tabs of an object's page, in their order; each is loaded when it is first opened.
import type { ReadonlySignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import type { KubeObject } from '../../../../api/meta/v1/resource.ts';
import type { Kind } from '../../api/kind.ts';

export interface TabProps {
  readonly kind: Kind;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly object: ReadonlySignal<KubeObject | undefined>;
}

export interface Tab {
  readonly id: string;
  readonly title: string;
  fits(kind: Kind): boolean;
  readonly load: () => Promise<{ readonly default: FunctionComponent<TabProps> }>;
}

export const tabs: readonly Tab[] = [];
