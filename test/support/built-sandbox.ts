/** The built helpdesk as a stranger starts it: its own process, an empty folder, no settings but the port and what a test adds. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND } from './built';
import { freePort } from './free-port';

const START_LIMIT_MS = 30_000;

export interface BuiltSandbox {
  readonly url: string;
  /** What it logged so far. */
  readonly log: () => string;
  /** Ends it as a supervisor does. @returns its exit code; null when it had to be killed */
  stop(): Promise<number | null>;
}

/**
 * @param settings besides the port
 * @throws Error with the log when it does not open in time
 */
export async function startBuiltSandbox(settings: Readonly<Record<string, string>> = {}): Promise<BuiltSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-sandbox-'));
  const port = await freePort();
  // Only what a shell gives everyone: no setting of whoever runs the tests reaches the sandbox.
  const shell = { PATH: process.env.PATH ?? '', HOME: folder, TZ: process.env.TZ ?? '' };
  const env = { ...shell, PORT: String(port), ...settings };
  const child = spawn(process.execPath, [COMMAND, 'start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  let out = '';
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = await new Promise<string>((done, fail) => {
    const tooLate = setTimeout(() => fail(new Error(`The sandbox did not open:\n${out}${log}`)), START_LIMIT_MS);
    void ended.then((code) => fail(new Error(`The sandbox ended with ${code}:\n${out}${log}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const printed = /http:\/\/localhost:\d+\//.exec(out)?.[0];
      if (printed === undefined) return;
      clearTimeout(tooLate);
      done(printed);
    });
  });
  return {
    url,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await ended;
      clearTimeout(tooLate);
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}
