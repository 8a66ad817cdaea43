/**
 * What this bot asks of Slack: its command, shortcuts and events, and the scope behind every Web API method it calls.
 * `manifest/slack/manifest.yaml` must say the same; a test compares them, and this with the calls in the sources.
 */

export const COMMANDS = ['/helpdesk'] as const;

export const SHORTCUTS = { openTicket: 'open_ticket', openTicketFromMessage: 'open_ticket_from_message' } as const;

/** Event subscriptions, each with the scope it needs. https://docs.slack.dev/reference/events */
export const EVENT_SCOPES = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  reaction_added: 'reactions:read',
} as const;

/** Every Web API method called in this folder, with the scopes it needs here. https://docs.slack.dev/reference/methods */
export const METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  // Without `users:read.email` the profile has no address, and nobody could be told by e-mail.
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.push': [],
  'views.update': [],
};

/** The bot scopes of the manifest, sorted. Commands and shortcuts need `commands`. */
export const SCOPES: readonly string[] = [
  ...new Set(['commands', ...Object.values(EVENT_SCOPES), ...Object.values(METHOD_SCOPES).flat()]),
].sort();
