/** `helpdesk doctor` for Teams: whether a token can be had, and the app sits in the teams of the support channels. */
import type { Check } from '../../src/chat/chat-bot';
import type { Address } from '../../src/domain/person';
import type { Connector } from './connector';
import type { ChannelReference } from './place';
import { addressKind, idOf } from './place';
import type { Places } from './places';
import { ConnectorFailure } from './teams-errors';

const AGAIN = 'Try again in a minute';

/** @param appId null without credentials: the bot talks to this machine alone */
export async function checkTeams(
  connector: Connector,
  places: Places,
  appId: string | null,
  channels: readonly Address[],
): Promise<Check[]> {
  const token = appId === null ? withoutCredentials() : await checkToken(connector, appId);
  if (token.status === 'fail') return [token];
  const ours = channels.filter((channel) => addressKind(channel) === 'channel');
  const checked = await Promise.all(ours.map((channel) => checkChannel(connector, places, channel)));
  return [token, ...(appId === null ? [] : [await checkEndpoint(places)]), ...checked.flat()];
}

function withoutCredentials(): Check {
  const mend = 'Set MICROSOFT_APP_ID, MICROSOFT_APP_PASSWORD and MICROSOFT_APP_TENANT_ID';
  return { name: 'Teams credentials', status: 'warn', detail: 'none: only this machine is answered', mend };
}

async function checkToken(connector: Connector, appId: string): Promise<Check> {
  const name = 'Teams credentials';
  try {
    await connector.checkToken();
    return { name, status: 'ok', detail: `a token for the app ${appId} was given` };
  } catch (error) {
    return { name, status: 'fail', ...explained(error) };
  }
}

/** Teams tells nobody what the messaging endpoint is; that it is right shows in something having been heard. */
async function checkEndpoint(places: Places): Promise<Check> {
  const name = 'Teams endpoint';
  if (await places.isAnythingHeard()) return { name, status: 'ok', detail: 'Teams has reached POST /api/messages' };
  const mend =
    'Set the messaging endpoint of the Azure Bot to https://YOUR-ADDRESS/api/messages, switch its Teams channel on, ' +
    'install the app in Teams and write "help" to it';
  return { name, status: 'warn', detail: 'Teams has never reached POST /api/messages', mend };
}

async function checkChannel(connector: Connector, places: Places, channel: Address): Promise<Check[]> {
  const name = `Teams channel ${idOf(channel)}`;
  const known = await places.knownChannel(channel);
  if (known === null) {
    const mend = 'Add the app to the team, mention it once in the channel, and compare the id with helpdesk.yaml';
    return [{ name, status: 'warn', detail: 'nothing was heard of this channel yet', mend }];
  }
  const called = known.name ?? channel;
  if (known.removed === true) {
    const mend = `Add the app to the team of ${called} again`;
    return [{ name, status: 'fail', detail: `the app was removed from the team of ${called}`, mend }];
  }
  const team = await checkTeam(connector, name, known);
  return team.status === 'ok' ? [team, checkHearing(name, known)] : [team];
}

async function checkTeam(connector: Connector, name: string, channel: ChannelReference): Promise<Check> {
  const { serviceUrl, teamId, conversationId } = channel;
  const called = channel.name ?? conversationId;
  try {
    const team = await connector.team(serviceUrl, teamId ?? conversationId);
    if (team !== null) return { name, status: 'ok', detail: `${called} in ${team.name ?? 'a team without a name'}` };
    const mend = 'Check the channel’s id in helpdesk.yaml: the team may have been deleted';
    return { name, status: 'fail', detail: `the team of ${called} is not there`, mend };
  } catch (error) {
    if (error instanceof ConnectorFailure && error.facts.status === 403) {
      const mend = `Add the app to the team of ${called} ("Manage team", "Apps")`;
      return { name, status: 'fail', detail: `the app is not in the team of ${called}`, mend };
    }
    return { name, status: 'warn', ...explained(error) };
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-messages-with-rsc */
function checkHearing(channel: string, { hearsAll }: ChannelReference): Check {
  const name = `${channel}, replies`;
  if (hearsAll === true) return { name, status: 'ok', detail: 'replies without a mention are heard' };
  const mend =
    'Consent to ChannelMessage.Read.Group when the app is added to the team (remove and add it again after an update of ' +
    'its manifest), then write anything in the channel; until then agents mention the app in their replies';
  return { name, status: 'warn', detail: 'replies under a ticket are heard only with a mention of the app', mend };
}

function explained(error: unknown): { detail: string; mend: string } {
  if (!(error instanceof ConnectorFailure)) return { detail: String(error), mend: AGAIN };
  return { detail: error.message, mend: error.facts.mend ?? AGAIN };
}
