// kubectl certificate approve.
import { defineCommand } from '../../command/command.ts';
import { APPROVE } from './approval.ts';
import { decide, decisionFlags } from './decide.ts';

export default defineCommand({
  use: 'approve (-f FILENAME | NAME)',
  long: `Approve a certificate signing request.

kubectl certificate approve allows a cluster admin to approve a certificate signing request (CSR). This action tells a certificate signing controller to issue a certificate to the requester with the attributes requested in the CSR.

Depending on the requested attributes, the issued certificate can grant a requester access to cluster resources or let it authenticate as another identity. Make sure that you understand what the signed certificate can do.`,
  examples: `# Approve CSR 'csr-sqgzp'
kubectl certificate approve csr-sqgzp`,
  flags: decisionFlags('approved'),
  async run(context) {
    await decide(context, APPROVE);
  },
});
