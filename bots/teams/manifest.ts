/**
 * What this bot asks of Teams besides its commands: the consent of a team, and a name. `manifest/teams/manifest.json` must
 * say the same; a test compares them, and both with the sources.
 */

/**
 * The resource-specific consent behind internal notes: with it the bot hears replies under a ticket's card that do not
 * mention it. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-messages-with-rsc
 */
export const READ_CHANNEL_MESSAGES = 'ChannelMessage.Read.Group';

/** What people see and mention the bot by, in characters: https://learn.microsoft.com/microsoft-365/extensibility/schema/root-name */
export const LONGEST_NAME = 30;
