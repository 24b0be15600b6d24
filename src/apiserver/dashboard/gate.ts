// Requests below /dashboard/: nothing of the dashboard is loaded before the first of them. Called by api-server.ts.
import type { TLSSocket } from 'node:tls';
import { pageNotFound } from '../../api/status/status-error.ts';
import { type Logger, Unquoted } from '../../kit/log.ts';
import { errorAnswer, statusErrorOf } from '../handlers/answers/answers.ts';
import type { ApiRequest, Reply } from '../request.ts';
import type { HostOptions } from './host.ts';
import type { Dashboard, OpenDashboard } from './port.ts';

export interface GateOptions extends HostOptions {
  readonly open: OpenDashboard | undefined;
  readonly log: Logger;
  /** Whether requests are audited: these then have the caller's address. */
  readonly audits: boolean;
}

export class DashboardGate {
  readonly #options: GateOptions;
  #dashboard: Promise<Dashboard> | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async serve(request: ApiRequest, socket: TLSSocket): Promise<Reply> {
    const { open, audits, log } = this.#options;
    try {
      if (!open) throw pageNotFound();
      this.#dashboard ??= this.#open(open);
      const dashboard = await this.#dashboard;
      const { remoteAddress } = socket;
      return await dashboard.serve(audits && remoteAddress ? { ...request, remoteAddress } : request, socket);
    } catch (error) {
      if (statusErrorOf(error).reason === 'InternalError')
        log.error('request for the dashboard failed', { error: new Unquoted(error) });
      return errorAnswer(error);
    }
  }

  async #open(open: OpenDashboard): Promise<Dashboard> {
    try {
      const { dashboardHost } = await import('./host.ts');
      return await open(dashboardHost(this.#options));
    } catch (error) {
      this.#dashboard = undefined;
      throw error;
    }
  }
}
