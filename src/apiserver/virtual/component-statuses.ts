// componentstatuses, a deprecated resource: the health of the control plane's components.
// Deliberate difference: they are always reported healthy, without a probe. Upstream: pkg/registry/core/componentstatus/rest.go.
import { ComponentStatus } from '../../api/kinds/core/v1/component-status.ts';
import { notFound } from '../../api/status/status-error.ts';
import { targetOf } from '../registry/resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';

const COMPONENTS = ['controller-manager', 'etcd-0', 'scheduler'];

const statusOf = (name: string): ComponentStatus => ({
  kind: 'ComponentStatus',
  apiVersion: 'v1',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

export const componentStatuses = (): VirtualResource<ComponentStatus> =>
  new VirtualResource<ComponentStatus>(ComponentStatus, {
    get(_namespace, name) {
      if (!COMPONENTS.includes(name)) throw notFound(targetOf({ kind: ComponentStatus }), name);
      return virtualItem(statusOf(name));
    },
    list(selection) {
      const items = COMPONENTS.map((name) => virtualItem(statusOf(name))).filter(selection.matches);
      return { items, revision: undefined, continue: '', remaining: undefined };
    },
  });
