/**
 * The helpdesk for whoever has no workspace at hand: the real service, with the real Slack bot, on a Slack that runs
 * inside this process, and a page that lets one visitor be three people.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../src/config';
import { readDesk } from '../src/config';
import type { Log } from '../src/log';
import type { Service } from '../src/main';
import { startService } from '../src/main';
import { createSandboxPage } from './page-server';
import { ANNA, BEN, GENERAL_CHANNEL, INFRA_CHANNEL, MARK, NORA, SUPPORT_CHANNEL, WORLD } from './people';
import { seedHistory, seedOpenTickets } from './seed';
import { startSlackStandIn } from './slack/stand-in';
import type { SlackStandIn } from './slack/slack-world';

/** The folder of the package, from the compiled file in `dist/sandbox`. */
const ROOT = join(__dirname, '..', '..');

export interface Sandbox {
  readonly url: string;
  readonly standIn: SlackStandIn;
  readonly service: Service;
  stop(): Promise<void>;
}

/** Starts the sandbox and prints its address. @throws Error when the port is taken or the database cannot be opened. */
export async function startSandbox(config: Config, log: Log): Promise<Sandbox> {
  const standIn = await startSlackStandIn({ world: WORLD });
  const path = join(ROOT, 'sandbox', 'helpdesk.yaml');
  const desk = config.desk ?? readDesk(path, readFileSync(path, 'utf8'));
  const { botToken, signingSecret, apiUrl } = standIn;
  const service = await startService(
    { ...config, desk, slack: { botToken, signingSecret, appToken: null, apiUrl } },
    {
      log,
      host: '127.0.0.1',
      fallback: pageOf(standIn, () => service.summaries.sendNow('it')),
      beforeStart: seedHistory,
    },
  );
  const url = `http://localhost:${service.port}/`;
  standIn.setRequestUrl(`http://127.0.0.1:${service.port}/slack/events`);
  await service.helpdesk.repostActive();
  await seedOpenTickets(service.helpdesk);
  process.stdout.write(
    `\n  The helpdesk sandbox is open: ${url}\n  No chat is set up, so this is a local stand-in for Slack. Nothing leaves this computer.\n\n`,
  );
  const stop = async (): Promise<void> => {
    await service.stop();
    await standIn.close();
  };
  return { url, standIn, service, stop };
}
