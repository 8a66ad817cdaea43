/** The picture of Teams: a conversation with the real service beside the Teams stand-in, its cards drawn by the official library. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import type { TeamsMessage } from '../sandbox/teams/teams-world';
import { openTeamsDesk, TEAMS_WORLD } from '../test/e2e/teams-desk';
import type { TeamsDesk } from '../test/e2e/teams-desk';
import { databases } from '../test/support/databases';

/** Nothing listens there: every request is answered here from files. */
const ORIGIN = 'http://teams-picture.invalid/';
const FILES: Readonly<Record<string, { path: string; type: string }>> = {
  'adaptivecards.js': { path: 'node_modules/adaptivecards/dist/adaptivecards.min.js', type: 'text/javascript' },
  'teams.js': { path: 'scripts/sheet/teams.js', type: 'text/javascript' },
  'teams-chat.js': { path: 'scripts/sheet/teams-chat.js', type: 'text/javascript' },
  'sheet.css': { path: 'scripts/sheet/sheet.css', type: 'text/css' },
  'teams-chat.css': { path: 'scripts/sheet/teams-chat.css', type: 'text/css' },
  'sandbox/mark.svg': { path: 'sandbox/page/mark.svg', type: 'image/svg+xml' },
};
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Teams</title>
  <script src="/adaptivecards.js"></script><script src="/teams.js"></script><script src="/teams-chat.js"></script>
  <link rel="stylesheet" href="/sheet.css"><link rel="stylesheet" href="/teams-chat.css"></head>
  <body class="teams light"></body></html>`;

interface Pane {
  readonly title: string;
  readonly messages: readonly object[];
}

export async function shootTeams(browser: Browser, path: string): Promise<void> {
  const panes = await conversation();
  const page = await browser.newPage({ viewport: { width: 1560, height: 900 }, deviceScaleFactor: 1.5 });
  await page.route('**/*', (route) => {
    const file = FILES[new URL(route.request().url()).pathname.slice(1)];
    if (file === undefined) return route.fulfill({ contentType: 'text/html', body: PAGE });
    return route.fulfill({ contentType: `${file.type}; charset=utf-8`, body: readFileSync(file.path) });
  });
  await page.goto(ORIGIN);
  await page.evaluate(`globalThis.drawChats(${JSON.stringify(panes)})`);
  await page.locator('main').screenshot({ path, animations: 'disabled', caret: 'hide' });
  await page.close();
}

/** The same ticket and question as in the pictures of Slack. */
async function conversation(): Promise<Pane[]> {
  const [sqlite] = databases();
  if (sqlite === undefined) throw new Error('no database');
  const database = await sqlite.create();
  const desk = await openTeamsDesk(database);
  try {
    const [nora, anna] = [desk.teams.person('nora'), desk.teams.person('anna')];
    await nora.says('my vpn drops every ten minutes');
    const answer = await desk.sees(nora, 'personal', 'VPN keeps disconnecting');
    const asked = drawn(nora.messages(), 'nora');
    const form = (await nora.clicks(answer, 'Open a ticket')).dialog;
    await form?.submit({
      Details: 'Since this morning, at home and in the office.',
      Priority: 'Only me, work has stopped',
    });
    await anna.clicks(await desk.post('it-support', '#1 '), 'Claim');
    const card = await desk.post('it-support', 'Release');
    const reply = (await anna.clicks(card, 'Reply')).dialog;
    await reply?.submit({ 'Your message': 'Please switch the VPN client to TCP. Does that help?' });
    await desk.sees(nora, 'personal', 'switch the VPN client to TCP. Does');
    const status = await desk.sees(nora, 'personal', 'is working on it');
    await nora.says('Yes, it holds now. Thank you!', { quote: status.id });
    await desk.sees(anna, { threadOf: card }, 'it holds now');
    return [
      { title: 'Nora asks', messages: asked },
      { title: 'Anna works on her ticket', messages: channel(desk, card) },
      { title: 'Nora is kept up to date', messages: drawn(nora.messages().slice(2), 'nora') },
    ];
  } finally {
    await desk.close();
    await database.drop();
  }
}

function channel({ teams }: TeamsDesk, card: TeamsMessage): object[] {
  return drawn(
    teams.messages(teams.placeId('it-support')).filter(({ thread }) => thread === card.id),
    'anna',
  );
}

function drawn(messages: readonly TeamsMessage[], reader: string): object[] {
  return messages.map(({ id, thread, from, fromBot, text, card }) => ({
    from: fromBot ? 'Helpdesk' : (TEAMS_WORLD.people.find(({ key }) => key === from)?.name ?? from),
    isOwn: from === reader,
    isReply: thread !== null && thread !== id,
    text,
    card,
  }));
}
