/** One interaction on its way through the front desk, with everything an answer needs to know about who asked. */
import type { Helpdesk } from '../helpdesk';
import type { Reader } from './cards/reader';
import type { Interaction } from './interaction';

export interface Visit {
  readonly helpdesk: Helpdesk;
  readonly interaction: Interaction;
  readonly reader: Reader;
}
