/** What a Web API method is: arguments in, an answer without `ok` out. */
import type { Events } from './events';
import type { State } from './state';

export type Body = Readonly<Record<string, unknown>>;
export type Answer = Record<string, unknown>;
/** @throws SlackError in Slack's words */
export type Method = (state: State, body: Body, context: ApiContext) => Answer;

export interface ApiContext {
  /** For `apps.connections.open`. */
  readonly newSocketUrl: () => string;
  /** Slack tells an app of what it did itself, too. */
  readonly events: Events;
}
