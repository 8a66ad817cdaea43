/**
 * The helpdesk for whoever has no workspace at hand: the real service, with the real Slack bot, on a Slack that runs
 * inside this process, and a page that lets one visitor be three people.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sendJson } from '../bots/http';
import type { Config } from '../src/config';
import { readDesk } from '../src/config';
import type { Log } from '../src/log';
import type { Service } from '../src/main';
import { startService } from '../src/main';
import { createSandboxPage } from './page-server';
import type { SandboxPage } from './page-server';
import { ANNA, BEN, GENERAL_CHANNEL, INFRA_CHANNEL, MARK, NORA, SUPPORT_CHANNEL, WORLD, ZOFIA } from './people';
import { seedHistory, seedOpenTickets } from './seed';
import type { SlackStandIn } from './slack/slack-world';
import { startSlackStandIn } from './slack/stand-in';

/** The folder of the package, from the compiled file in `dist/sandbox`. */
const ROOT = join(__dirname, '..', '..');

export interface Sandbox {
  readonly url: string;
  readonly standIn: SlackStandIn;
  readonly service: Service;
  stop(): Promise<void>;
}

/**
 * Starts the sandbox and prints its address.
 * @throws Error when the port is taken or the database cannot be opened; nothing is left running then.
 */
export async function startSandbox(config: Config, log: Log): Promise<Sandbox> {
  const standIn = await startSlackStandIn({ world: WORLD });
  try {
    return await openOn(standIn, config, log);
  } catch (error) {
    await standIn.close();
    throw error;
  }
}

async function openOn(standIn: SlackStandIn, config: Config, log: Log): Promise<Sandbox> {
  const path = join(ROOT, 'sandbox', 'helpdesk.yaml');
  const desk = config.desk ?? readDesk(path, readFileSync(path, 'utf8'));
  const { botToken, signingSecret, apiUrl } = standIn;
  const page = pageOf(standIn, async () => {
    await service.summaries.sendNow('it');
  });
  const service = await startService(
    { ...config, desk, slack: { botToken, signingSecret, appToken: null, apiUrl } },
    { log, host: '127.0.0.1', localTeams: true, fallback: listenerOf(page), beforeStart: seedHistory },
  );
  standIn.setRequestUrl(`http://127.0.0.1:${service.port}/slack/events`);
  await service.helpdesk.repostActive();
  // Whatever the hour and day, a manager finds the summary of the last working day.
  await service.summaries.announce('it');
  await seedOpenTickets(service.helpdesk);
  const url = `http://localhost:${service.port}/`;
  process.stdout.write(
    `\n  The helpdesk sandbox is open: ${url}\n  No chat is set up, so this is a local stand-in for Slack. Nothing leaves this computer.\n\n`,
  );
  const stop = async (): Promise<void> => {
    page.close();
    await service.stop();
    await standIn.close();
  };
  return { url, standIn, service, stop };
}

function pageOf(standIn: SlackStandIn, tomorrow: () => Promise<void>): SandboxPage {
  return createSandboxPage({
    standIn,
    tomorrow,
    people: [
      { userId: NORA.id, role: 'employee' },
      // Her Slack speaks Polish, and so does the bot to her.
      { userId: ZOFIA.id, role: 'employee' },
      { userId: ANNA.id, role: 'agent', opensIn: SUPPORT_CHANNEL },
      { userId: BEN.id, role: 'agent', opensIn: SUPPORT_CHANNEL },
      { userId: MARK.id, role: 'manager' },
    ],
    channels: [SUPPORT_CHANNEL, INFRA_CHANNEL, GENERAL_CHANNEL],
    pageDir: join(ROOT, 'sandbox', 'page'),
    scriptDir: join(ROOT, 'dist', 'sandbox', 'page'),
  });
}

/** The page answers what is its own; everything else is not there. */
function listenerOf(page: SandboxPage): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void page(request, response).then((answered) => {
      if (!answered) sendJson(response, 404, { error: 'not found' });
    });
  };
}
