// What each controller in this folder is given.
import type { ControllerContext } from '../framework/controller.ts';

export type CloudContext = Omit<ControllerContext, 'discover' | 'groupVersions' | 'openApi'>;
