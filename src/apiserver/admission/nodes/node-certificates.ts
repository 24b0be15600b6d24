// The certificates that a node may request of the kubelet signers: only for its own name. Called by node-restriction.ts.
import { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { readCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

const KUBELET_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

export const checkRequest: NodeRule = (attributes, node) => {
  if (attributes.operation !== 'CREATE' || !concerns(attributes, CertificateSigningRequest)) return;
  const { spec } = attributes.object!;
  if (!KUBELET_SIGNERS.includes(spec.signerName)) return;
  if (commonNameOf(attributes, spec.request) !== `system:node:${node}`)
    throw deny(attributes, `can only create a node CSR with CN=system:node:${node}`);
};

function commonNameOf(attributes: AdmissionAttributes, request: string): string {
  try {
    return readCertificateRequest(Buffer.from(request, 'base64').toString()).commonName;
  } catch (error) {
    throw deny(attributes, `unable to parse csr: ${error instanceof Error ? error.message : error}`);
  }
}
