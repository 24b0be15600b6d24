// Metrics of the allocation of cluster IPs and node ports, and of their repair, under upstream's names.
// Upstream: metrics.go in pkg/registry/core/service/{ipallocator,portallocator} and their folders controller.
import type { MetricsRegistry } from '../../kit/metrics.ts';

export type Scope = 'static' | 'dynamic';

/** The default buckets of Prometheus clients, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const allocationMetrics = (registry: MetricsRegistry) => ({
  addresses: {
    allocated: registry.gauge(
      'kube_apiserver_clusterip_allocator_allocated_ips',
      'Gauge measuring the number of allocated IPs for Services',
    ),
    available: registry.gauge(
      'kube_apiserver_clusterip_allocator_available_ips',
      'Gauge measuring the number of available IPs for Services',
    ),
    allocations: registry.counter(
      'kube_apiserver_clusterip_allocator_allocation_total',
      'Number of Cluster IPs allocations',
    ),
    errors: registry.counter(
      'kube_apiserver_clusterip_allocator_allocation_errors_total',
      'Number of errors trying to allocate Cluster IPs',
    ),
    seconds: registry.histogram(
      'kube_apiserver_clusterip_allocator_allocation_duration_seconds',
      'Duration in seconds to allocate a Cluster IP by ServiceCIDR',
      SECONDS,
    ),
    repairErrors: registry.counter(
      'apiserver_clusterip_repair_ip_errors_total',
      'Number of errors detected on clusterips by the repair loop broken down by type of error: leak, repair, full, outOfRange, duplicate, unknown, invalid',
    ),
    repairFailures: registry.counter(
      'apiserver_clusterip_repair_reconcile_errors_total',
      'Number of reconciliation failures on the clusterip repair reconcile loop',
    ),
  },
  ports: {
    allocated: registry.gauge(
      'kube_apiserver_nodeport_allocator_allocated_ports',
      'Gauge measuring the number of allocated NodePorts for Services',
    ),
    available: registry.gauge(
      'kube_apiserver_nodeport_allocator_available_ports',
      'Gauge measuring the number of available NodePorts for Services',
    ),
    allocations: registry.counter(
      'kube_apiserver_nodeport_allocator_allocation_total',
      'Number of NodePort allocations',
    ),
    errors: registry.counter(
      'kube_apiserver_nodeport_allocator_allocation_errors_total',
      'Number of errors trying to allocate NodePort',
    ),
    repairErrors: registry.counter(
      'apiserver_nodeport_repair_port_errors_total',
      'Number of errors detected on ports by the repair loop broken down by type of error: leak, repair, full, outOfRange, duplicate, unknown',
    ),
    repairFailures: registry.counter(
      'apiserver_nodeport_repair_reconcile_errors_total',
      'Number of reconciliation failures on the nodeport repair reconcile loop',
    ),
  },
});

export type AllocationMetrics = ReturnType<typeof allocationMetrics>;
