import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { COMMANDS, EVENT_SCOPES, METHOD_SCOPES, SCOPES, SHORTCUTS } from '../../../bots/slack/manifest';

interface Manifest {
  display_information: { name: string; description: string; long_description: string };
  features: {
    app_home: { messages_tab_enabled: boolean; messages_tab_read_only_enabled: boolean };
    bot_user: { display_name: string };
    slash_commands: { command: string; description: string; usage_hint: string; url: string }[];
    shortcuts: { name: string; type: string; callback_id: string; description: string }[];
  };
  oauth_config: { scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { request_url: string; bot_events: string[] };
    interactivity: { is_enabled: boolean; request_url: string };
  };
}

const ROOT = join(__dirname, '../../..');
const manifest = parse(readFileSync(join(ROOT, 'manifest/slack/manifest.yaml'), 'utf8')) as Manifest;
const sources = readdirSync(join(ROOT, 'bots/slack'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'bots/slack', file), 'utf8'));

/** `chat.postMessage` for every `client.chat.postMessage` in the sources. */
function methodsCalled(): string[] {
  const code = sources.join('\n').replace(/\s*\n\s*\./g, '.');
  const calls = code.matchAll(/\b#?client\.((?:[a-z]\w*\.)+[a-z]\w*)\(/g);
  return [...new Set([...calls].map((call) => call[1]!))].sort();
}

describe('the manifest asks for what the code uses, and for nothing else', () => {
  it('scopes', () => {
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual(SCOPES);
  });

  it('events', () => {
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(Object.keys(EVENT_SCOPES).sort());
  });

  it('commands', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([...COMMANDS]);
  });

  it('shortcuts', () => {
    expect(manifest.features.shortcuts.map(({ type, callback_id }) => [type, callback_id])).toEqual([
      ['global', SHORTCUTS.openTicket],
      ['message', SHORTCUTS.openTicketFromMessage],
    ]);
  });

  it('methods: the table of scopes names exactly the calls in the sources', () => {
    const called = methodsCalled();
    expect(called.length).toBeGreaterThan(10);
    expect(called).toEqual(Object.keys(METHOD_SCOPES).sort());
  });

  it('every delivery goes to the one address the bot listens at', () => {
    const { features, settings } = manifest;
    const urls = [
      ...features.slash_commands.map(({ url }) => url),
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
    ];
    expect(new Set(urls.map((url) => new URL(url).pathname))).toEqual(new Set(['/slack/events']));
    expect(settings.interactivity.is_enabled).toBe(true);
  });

  it('people can write to the bot', () => {
    expect(manifest.features.app_home).toMatchObject({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });
});

/** https://docs.slack.dev/reference/app-manifest and https://github.com/slackapi/manifest-schema */
describe('the manifest keeps Slack’s limits', () => {
  const { display_information: display, features } = manifest;
  const [command] = features.slash_commands;

  const limited: [string, string, number, number][] = [
    ['name', display.name, 1, 35],
    ['description', display.description, 1, 140],
    ['long description', display.long_description, 175, 4000],
    ['bot name', features.bot_user.display_name, 1, 80],
    ['command', command!.command, 2, 32],
    ['command description', command!.description, 1, 2000],
    ['usage hint', command!.usage_hint, 1, 1000],
    ...features.shortcuts.map(({ name }) => ['shortcut name', name, 1, 24] as [string, string, number, number]),
    ...features.shortcuts.map(
      ({ description }) => ['shortcut description', description, 1, 150] as [string, string, number, number],
    ),
  ];

  it.each(limited)('%s: %j', (_what, text, least, most) => {
    expect(text.length).toBeGreaterThanOrEqual(least);
    expect(text.length).toBeLessThanOrEqual(most);
  });
});
