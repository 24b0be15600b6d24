// The least that is valid of every kind in its alpha and beta versions, as in minimal-objects.ts. They are served with
// --runtime-config=api/all=true and the feature gates below.
import { generateKeyPairSync } from 'node:crypto';
import { makeCertificate } from '../../src/kit/x509/certificate.ts';
import { pemBlocks } from '../../src/kit/x509/pem.ts';
import { type Minimal, minimalObjects, signingRequest } from './minimal-objects.ts';

export const BETA_GATES =
  'ClusterTrustBundle=true,GenericWorkload=true,PodCertificateRequest=true,StorageVersionMigrator=true';

const of = (body: object, name?: string): Minimal => ({ body, ...(name && { name }) });
const stable = (key: string, name?: string): Minimal => of(minimalObjects[key]!.body, name);

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const subject = { commonName: 'x' };
const trustBundle = makeCertificate(
  {
    ...{ subject, usages: ['cert sign'], authority: true, publicKey: keys.publicKey },
    ...{ notBefore: Date.UTC(2020), notAfter: Date.UTC(2120), serial: Buffer.of(1) },
  },
  { subject, ...keys },
);
const leaseCandidate = of({
  spec: {
    ...{ leaseName: 'x', binaryVersion: '1.36.0', emulationVersion: '1.36.0' },
    strategy: 'OldestEmulationVersion',
  },
});
const deviceTaintRule = of({
  spec: { deviceSelector: { driver: 'x.example' }, taint: { key: 'k', effect: 'None' } },
});
const requests = [{ name: 'r', deviceClassName: 'none' }];
const schedulingPolicy = { basic: {} };

export const minimalBetaObjects: Readonly<Record<string, Minimal>> = {
  ...Object.fromEntries(
    ['v1alpha1', 'v1beta1'].flatMap((version) =>
      ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'].map((plural) => [
        `admissionregistration.k8s.io/${version}/${plural}`,
        stable(`admissionregistration.k8s.io/v1/${plural}`),
      ]),
    ),
  ),
  'certificates.k8s.io/v1alpha1/clustertrustbundles': of({ spec: { trustBundle } }),
  'certificates.k8s.io/v1beta1/clustertrustbundles': of({ spec: { trustBundle } }),
  'certificates.k8s.io/v1beta1/podcertificaterequests': of({
    spec: {
      ...{ signerName: 'x.example/s', podName: 'p', podUID: 'pu', nodeName: 'n', nodeUID: 'nu' },
      ...{ serviceAccountName: 's', serviceAccountUID: 'su' },
      stubPKCS10Request: pemBlocks(signingRequest).next().value!.bytes.toString('base64'),
    },
  }),
  'coordination.k8s.io/v1alpha2/leasecandidates': leaseCandidate,
  'coordination.k8s.io/v1beta1/leasecandidates': leaseCandidate,
  'internal.apiserver.k8s.io/v1alpha1/storageversions': of({ spec: {} }, 'x.example.oddments'),
  'networking.k8s.io/v1beta1/ipaddresses': stable('networking.k8s.io/v1/ipaddresses', '10.200.0.8'),
  'networking.k8s.io/v1beta1/servicecidrs': of({ spec: { cidrs: ['10.202.0.0/24'] } }),
  'resource.k8s.io/v1alpha3/devicetaintrules': deviceTaintRule,
  'resource.k8s.io/v1alpha3/resourcepoolstatusrequests': of({ spec: { driver: 'x.example' } }),
  'resource.k8s.io/v1beta1/deviceclasses': of({ spec: {} }),
  'resource.k8s.io/v1beta1/resourceclaims': of({ spec: { devices: { requests } } }),
  'resource.k8s.io/v1beta1/resourceclaimtemplates': of({ spec: { spec: { devices: { requests } } } }),
  'resource.k8s.io/v1beta1/resourceslices': of({
    spec: {
      ...{ driver: 'x.example', allNodes: true },
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'd', basic: {} }],
    },
  }),
  'resource.k8s.io/v1beta2/deviceclasses': of({ spec: {} }),
  'resource.k8s.io/v1beta2/devicetaintrules': deviceTaintRule,
  'resource.k8s.io/v1beta2/resourceclaims': stable('resource.k8s.io/v1/resourceclaims'),
  'resource.k8s.io/v1beta2/resourceclaimtemplates': stable('resource.k8s.io/v1/resourceclaimtemplates'),
  'resource.k8s.io/v1beta2/resourceslices': stable('resource.k8s.io/v1/resourceslices'),
  'scheduling.k8s.io/v1alpha2/podgroups': of({ spec: { schedulingPolicy } }),
  'scheduling.k8s.io/v1alpha2/workloads': of({
    spec: { podGroupTemplates: [{ name: 't', schedulingPolicy }] },
  }),
  'storage.k8s.io/v1beta1/volumeattributesclasses': stable('storage.k8s.io/v1/volumeattributesclasses'),
  'storagemigration.k8s.io/v1beta1/storageversionmigrations': of({
    spec: { resource: { group: 'apps', resource: 'deployments' } },
  }),
};
