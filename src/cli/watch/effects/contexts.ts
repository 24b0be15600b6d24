// The contexts of a kubeconfig as they are listed. Pure.
import type { Kubeconfig } from '../../../client/kubeconfig/kubeconfig.ts';
import type { Context } from '../model/state.ts';

export const contextsOf = ({ contexts }: Kubeconfig, current: string): Context[] =>
  contexts.map(({ name, context }) => ({
    name,
    cluster: context.cluster ?? '',
    user: context.user ?? '',
    current: name === current,
  }));
