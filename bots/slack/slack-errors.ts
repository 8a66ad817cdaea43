/**
 * What went wrong in a Web API call, as the helpdesk must take it: worth another try, an operator's job, or hopeless.
 * Error names: https://docs.slack.dev/reference/methods (each method lists its own).
 */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { DeliveryError } from '../../src/chat/chat-surface';
import type { DeliveryProblem } from '../../src/chat/chat-surface';

const BY_NAME: ReadonlyMap<string, DeliveryProblem> = new Map([
  ...names('later', 'internal_error fatal_error service_unavailable request_timeout ratelimited rate_limited'),
  ...names('later', 'message_limit_exceeded team_added_to_org external_channel_migrating fetch_members_failed'),
  ...names('unreachable', 'channel_not_found not_in_channel is_archived restricted_action missing_scope invalid_auth'),
  ...names('unreachable', 'account_inactive token_revoked token_expired not_authed no_permission access_denied'),
  ...names('unreachable', 'org_login_required ekm_access_denied team_access_not_granted messages_tab_disabled'),
  ...names('unreachable', 'app_access_restricted channel_is_limited_access not_allowed_token_type'),
  // A message too old to edit is as good as gone: its successor is posted anew.
  ...names('gone', 'message_not_found cant_update_message edit_window_closed'),
]);

/** Slack failed on the way: what was posted may be there. */
const UNSURE: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

function names(problem: DeliveryProblem, list: string): [string, DeliveryProblem][] {
  return list.split(' ').map((name) => [name, problem]);
}

/** @param method for example `chat.postMessage`, whose rate limit is one channel's; every other is the whole workspace's */
export function toDeliveryError(error: unknown, method: string): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const scope = method === 'chat.postMessage' ? 'place' : 'platform';
    return new DeliveryError('later', `${method}: rate limited`, error.retryAfter * 1000, scope);
  }
  const name = slackErrorName(error);
  if (name !== null) {
    const outcome = UNSURE.has(name) ? 'unknown' : 'refused';
    return new DeliveryError(problemOf(name), `${method}: ${name}`, null, 'place', outcome);
  }
  if (error instanceof WebAPIHTTPError) return ofStatus(error.statusCode, method);
  // The network, a time-out, or an answer that was no JSON: what became of the call is unknown.
  const reason = error instanceof WebAPIRequestError ? error.original.message : String(error);
  return new DeliveryError('later', `${method}: ${reason}`, null, 'place', 'unknown');
}

function ofStatus(status: number, method: string): DeliveryError {
  const unsure = status >= 500 || status === 408;
  const problem = unsure || status === 429 ? 'later' : 'never';
  return new DeliveryError(problem, `${method}: HTTP ${status}`, null, 'place', unsure ? 'unknown' : 'refused');
}

/** Slack's own name of a refusal, for example `channel_not_found`; null when it was not Slack who refused. */
export function slackErrorName(error: unknown): string | null {
  if (!(error instanceof WebAPIPlatformError)) return null;
  // The client takes a proxy's page of HTML for a refusal of that name.
  const name: unknown = error.data.error;
  return typeof name === 'string' && /^[a-z0-9_]+$/.test(name) ? name : null;
}

function problemOf(name: string): DeliveryProblem {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  return name.startsWith('restricted_action') ? 'unreachable' : 'never';
}
