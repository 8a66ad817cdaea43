/**
 * Microsoft's Agents Playground, a small Teams on this machine, as a process of its own. Its licence is for evaluation, so it
 * is no package of ours: whoever has installed it names its cli.js in AGENTS_PLAYGROUND.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';

const START_LIMIT_MS = 30_000;
/** Tests run in the folder of the package. */
const FOLDER = join(process.cwd(), 'sandbox', 'playground');
const MISSING = 'AGENTS_PLAYGROUND is not set: see CONTRIBUTING.md.';

/** The settings of a helpdesk that the playground's people talk to. */
export const PLAYGROUND_DESK = { HELPDESK_CONFIG: join(FOLDER, 'helpdesk.yaml') } as const;

export interface Playground {
  readonly url: string;
  /** Ends it. @returns when it is gone */
  stop(): Promise<void>;
}

/** `describe` where there is a playground, which then has to work; elsewhere skipped with a message. */
export function describeInPlayground(name: string, tests: () => void): void {
  if (command() !== '') return describe(name, tests);
  process.stderr.write(`${name}: skipped. ${MISSING}\n`);
  describe.skip(`${name} (skipped: ${MISSING})`, tests);
}

function command(): string {
  return process.env.AGENTS_PLAYGROUND ?? '';
}

/**
 * @param botUrl where it delivers what people do
 * @throws Error with what it said when it does not open in time
 */
export async function startPlayground(botUrl: string): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-playground-'));
  const port = String(await freePort());
  const args = ['start', '-e', botUrl, '-c', 'msteams', '-p', port, '--disable-telemetry'];
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    TZ: process.env.TZ ?? '',
    M365_AGENTS_PLAYGROUND_CONFIG_PATH: join(FOLDER, '.m365agentsplayground.yml'),
    // It opens one by itself otherwise.
    TEAMSAPPTESTER_BROWSER: 'none',
  };
  // It writes a log into the folder it is started in.
  const child = spawn(process.execPath, [command(), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  let out = '';
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const url = await new Promise<string>((done, fail) => {
    const tooLate = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`The playground did not open:\n${out}`));
    }, START_LIMIT_MS);
    void ended.then((code) => {
      clearTimeout(tooLate);
      fail(new Error(`The playground ended with ${code}:\n${out}`));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const opened = /Listening on (\d+)/.exec(out)?.[1];
      if (opened === undefined) return;
      clearTimeout(tooLate);
      done(`http://localhost:${opened}/`);
    });
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(tooLate);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
