/** `helpdesk doctor` for Slack: whether the token works, has its scopes, and the bot sits in the support channels. */
import type { WebClient } from '@slack/web-api';
import type { Check } from '../../src/chat/chat-bot';
import type { Address } from '../../src/domain/person';
import { SCOPES } from './manifest';
import { slackErrorName, toDeliveryError } from './slack-errors';

export async function checkSlack(client: WebClient, channels: readonly Address[]): Promise<Check[]> {
  const [token, bot, scopes] = await checkToken(client);
  if (token.status === 'fail') return [token];
  const places = channels.filter((channel) => /^slack:[CG]/.test(channel)).map((channel) => channel.slice(6));
  const checked = await Promise.all(places.map((place) => checkChannel(client, place, bot)));
  return [token, ...(scopes === null ? [] : [checkScopes(scopes)]), ...checked];
}

type TokenCheck = [check: Check, botName: string, scopes: readonly string[] | null];

async function checkToken(client: WebClient): Promise<TokenCheck> {
  const name = 'Slack token';
  try {
    const answer = await client.auth.test();
    const bot = answer.user ?? 'helpdesk';
    const detail = `${bot} in ${answer.team ?? answer.team_id ?? 'an unnamed workspace'}`;
    // Slack names the token's scopes in the header `x-oauth-scopes` of every answer.
    return [{ name, status: 'ok', detail }, bot, answer.response_metadata?.scopes ?? null];
  } catch (error) {
    const { problem, message } = toDeliveryError(error, 'auth.test');
    const mend =
      problem === 'later'
        ? 'Check that this machine can reach Slack (and SLACK_API_URL, if it is set), then try again'
        : 'Copy the Bot User OAuth Token (xoxb-…) from your app’s page “OAuth & Permissions” into SLACK_BOT_TOKEN';
    return [{ name, status: 'fail', detail: message, mend }, '', null];
  }
}

function checkScopes(granted: readonly string[]): Check {
  const missing = SCOPES.filter((scope) => !granted.includes(scope));
  const name = 'Slack scopes';
  if (missing.length === 0) return { name, status: 'ok', detail: `all ${SCOPES.length} granted` };
  const mend = 'Paste manifest/slack/manifest.yaml into your app’s page “App Manifest”, save, and reinstall the app';
  return { name, status: 'fail', detail: `missing: ${missing.join(', ')}`, mend };
}

async function checkChannel(client: WebClient, id: string, bot: string): Promise<Check> {
  const name = `Slack channel ${id}`;
  try {
    const { channel } = await client.conversations.info({ channel: id });
    const called = `#${channel?.name ?? id}`;
    if (channel?.is_archived) {
      const mend = `Unarchive ${called}, or name another channel for the line in helpdesk.yaml`;
      return { name, status: 'fail', detail: `${called} is archived`, mend };
    }
    if (channel?.is_member !== true) {
      const detail = `the bot is not a member of ${called}`;
      return { name, status: 'fail', detail, mend: `Invite the bot: /invite @${bot} in ${called}` };
    }
    return { name, status: 'ok', detail: called };
  } catch (error) {
    if (slackErrorName(error) === 'channel_not_found') {
      const detail = 'there is no such channel, or it is private and the bot is not in it';
      const mend = `Check the channel’s id in helpdesk.yaml; if it is private, invite the bot there: /invite @${bot}`;
      return { name, status: 'fail', detail, mend };
    }
    const { problem, message } = toDeliveryError(error, 'conversations.info');
    const mend =
      problem === 'later'
        ? 'Try again in a minute'
        : 'Look the error up at https://docs.slack.dev/reference/methods/conversations.info';
    return { name, status: problem === 'later' ? 'warn' : 'fail', detail: message, mend };
  }
}
