/** `helpdesk start`: the service, or the sandbox when no chat is set up. */
import { setFlagsFromString } from 'node:v8';
import type { startSandbox } from '../../sandbox/sandbox';
import { ConfigError, readConfig } from '../config';
import type { Config, DeskConfig } from '../config';
import { createLog } from '../log';
import type { Log } from '../log';
import type { Service } from '../main';
import type { Verb } from './verb';

/**
 * By how much garbage may outgrow what is in use before it is taken away. Left alone V8 goes by the memory of the machine, and
 * a process of 70 MB takes 350; measured after 40,000 tickets, and this way 220, as fast.
 */
const HEAP_GROWS_PERCENT = 50;

export const start: Verb = {
  usage: 'start',
  about: 'Runs the service (what npm start runs); without Slack or Teams credentials, the sandbox.',
  options: {},
  run: async () => {
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWS_PERCENT}`);
    const config = readConfig(process.env, process.cwd());
    const log = createLog(config.logLevel);
    process.on('unhandledRejection', (err) => lastWords(log, err));
    process.on('uncaughtException', (err) => lastWords(log, err));
    const service = await begin(config, log);
    await stopped();
    log.info('stopping');
    await service.stop();
    // A call to a chat that hangs would keep the process for its time limit; whatever it was is taken up at the next start.
    process.exit(0);
  },
};

async function begin(config: Config, log: Log): Promise<Pick<Service, 'stop'>> {
  if (config.slack === null && config.teams === null) return sandbox(config, log);
  if (config.desk === null) throw new ConfigError(['helpdesk.yaml is missing']);
  // Loaded only here: no other verb should wait for the chats' libraries.
  const { startService } = await import('../main.js');
  const service = await startService(config as Config & { desk: DeskConfig }, { log });
  log.info({ port: service.port }, 'the helpdesk is open');
  return service;
}

async function sandbox(config: Config, log: Log): Promise<Pick<Service, 'stop'>> {
  const found = await findSandbox();
  if (found === null)
    throw new ConfigError([
      'No chat is set up: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or MICROSOFT_APP_ID and what belongs to it (see .env.example), or run "npm ci" with development packages for the sandbox.',
    ]);
  return found(config, log);
}

/** Null where the packages that the sandbox needs were left out, as of a production installation. */
export async function findSandbox(): Promise<typeof startSandbox | null> {
  try {
    return (await import('../../sandbox/sandbox.js')).startSandbox;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Settles at the first SIGTERM or SIGINT; the second ends the process at once. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}

/** What nobody caught: the process is in an unknown state, and a new one finds everything in the database. */
function lastWords(log: Log, err: unknown): void {
  log.fatal({ err }, 'stopped by a fault');
  process.exit(1);
}
