// What all.ts and gated.ts list: how a controller is made, and what it is given.
import type { FeatureGates } from '../api/features/feature-gates.ts';
import type { DetachSettings } from './attach-detach/plan.ts';
import type { SigningAuthority } from './certificate-signing/signer.ts';
import type { CsiSettings } from './csi/drivers.ts';
import type { Controller, ControllerContext } from './framework/controller.ts';
import type { AutoscalerSettings } from './horizontal-pod-autoscaler/settings.ts';
import type { Ranges } from './node-ipam/plan.ts';
import type { LifecycleSettings } from './node-lifecycle/settings.ts';

/** Settings of single controllers. */
export interface ControllerSettings {
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCa: string;
  /** Signs approved CertificateSigningRequests of the built-in signers; unset disables signing. */
  readonly signing?: SigningAuthority;
  /** Names and addresses of this API server: no node gets a serving certificate for one of them. */
  readonly serverNames?: readonly string[];
  /** Cluster CIDRs for podCIDR allocation; unset disables it. */
  readonly podRanges?: Ranges;
  /** What is left out has upstream's defaults. */
  readonly nodeLifecycle?: Partial<LifecycleSettings>;
  /** What is left out has upstream's defaults. */
  readonly attachDetach?: Partial<DetachSettings>;
  /** What is left out has upstream's defaults. */
  readonly autoscaler?: Partial<AutoscalerSettings>;
  readonly csi?: CsiSettings;
  /** Which of the controllers in gated.ts may run (none when left out), and what the others do. */
  readonly features?: FeatureGates;
}

export interface Entry {
  readonly create: (context: ControllerContext, settings: ControllerSettings) => Controller;
  /** Its service account in kube-system; unset means the controller's name. */
  readonly account?: string;
  /** Uses the controller manager's own identity, since no service account has the rights. */
  readonly asManager?: boolean;
  /** source.component of its events; unset means the controller's name. */
  readonly component?: string;
}
