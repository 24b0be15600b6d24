// Addresses and names that every cluster has alike.

export const CLUSTER_DOMAIN = 'cluster.local';
export const SERVICE_CIDR = '10.96.0.0/16';
/** Of the Service kube-dns, as kubeadm chooses it: the tenth address of the range. */
export const DNS_SERVICE_IP = '10.96.0.10';
