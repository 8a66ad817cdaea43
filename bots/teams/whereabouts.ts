/**
 * Where Teams can reach whoever is heard: the references that activities tell, and what arrivals and departures of the bot
 * change about them. Pure, but for what it keeps in the place book.
 */
import type { Activity } from './activity';
import { isForUs, userOf } from './interaction';
import type { ChannelReference, PersonReference, Reference } from './place';
import { channelAddress, idOf } from './place';
import type { Places } from './places';

/** What one activity tells: of the person who acts, and of the channel it is in. */
function referencesOf(activity: Activity, isOpen: boolean): Reference[] {
  return [personOf(activity, isOpen), channelOf(activity)].filter((reference) => reference !== null);
}

function personOf(activity: Activity, isOpen: boolean): PersonReference | null {
  const user = userOf(activity, isOpen);
  const { conversation } = activity;
  if (user === null || user.userId === '') return null;
  return {
    kind: 'person',
    ...common(activity),
    conversationId: conversation.kind === 'personal' && conversation.id !== '' ? conversation.id : null,
    userId: user.userId,
    aadObjectId: user.aadObjectId,
  };
}

function channelOf(activity: Activity): ChannelReference | null {
  const { conversation, team, type } = activity;
  if (conversation.kind !== 'channel') return null;
  const id = team?.channelId ?? idOf(channelAddress(conversation.id));
  if (id === null) return null;
  // Without the permission to read the channel Teams delivers only what mentions the bot.
  const hearsAll = type === 'message' && activity.text !== '' && !isForUs(activity);
  return {
    kind: 'channel',
    ...common(activity),
    conversationId: id,
    teamId: team?.id ?? null,
    name: team?.channelName ?? null,
    ...(hearsAll ? { hearsAll } : {}),
  };
}

function common({ serviceUrl, tenantIds, recipient }: Activity): Pick<Reference, 'serviceUrl' | 'tenantId' | 'botId'> {
  // A test tool names no tenant, and what is empty is not kept.
  return { serviceUrl, tenantId: tenantIds[0] ?? '-', botId: recipient.id || '-' };
}

/** Whether the bot goes: from a person, a team, or a channel that is deleted. */
export function isDeparture({ type, action, team }: Activity): boolean {
  if (type === 'installationUpdate') return action.startsWith('remove');
  return type === 'conversationUpdate' && (team?.event === 'channelDeleted' || team?.event === 'teamDeleted');
}

/** Keeps what an activity tells. */
export async function keepWhereabouts(activity: Activity, places: Places, isOpen: boolean): Promise<void> {
  for (const reference of referencesOf(activity, isOpen)) await places.heard(reference);
  const { type, conversation, team } = activity;
  if (type === 'installationUpdate' && conversation.kind === 'channel') await places.reopen(team?.id ?? null);
}

/** Notes that nothing can be sent there any more. A team's other channels are found closed when something is sent there. */
export async function forgetWhereabouts(activity: Activity, places: Places, isOpen: boolean): Promise<void> {
  for (const reference of referencesOf(activity, isOpen)) {
    if (reference.kind === 'channel') await places.markRemoved(reference);
    else if (reference.conversationId !== null) await places.markBlocked(reference, 'uninstalled');
  }
}
