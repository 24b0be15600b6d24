// What a tab of an object's page is.
import type { ReadonlySignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import type { Kind } from '../../api/kind.ts';
import type { KubeObject } from './object-shape.ts';

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
