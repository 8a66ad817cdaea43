/** The operator's command as an operator runs it: a process of its own, in a folder of its own, on a database of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { built, COMMAND } from '../support/built';

const PATIENCE_MS = 20_000;

export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workplace {
  readonly folder: string;
  /** Puts a file there. */
  write(path: string, text: string | Buffer): void;
  /** Runs `helpdesk` with these words there. */
  run(args: readonly string[], more?: { env?: NodeJS.ProcessEnv; input?: string }): Promise<Done>;
  /** The same, and what it printed as one JSON document. @throws Error when it is not one, or failed */
  json(args: readonly string[], more?: { env?: NodeJS.ProcessEnv; input?: string }): Promise<unknown>;
  remove(): void;
}

/** @param env what the command finds in its environment besides PATH; nothing of this process's own */
export async function workplace(env: NodeJS.ProcessEnv = {}): Promise<Workplace> {
  await built();
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-cli-'));
  const run: Workplace['run'] = (args, { env: more = {}, input = '' } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [COMMAND, ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...env, ...more },
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (data: Buffer) => out.push(data));
      child.stderr.on('data', (data: Buffer) => err.push(data));
      // A command that does not end by itself has failed its test; it must not outlive it.
      const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(patience);
        resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') });
      });
      child.stdin.end(input);
    });
  return {
    folder,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    run,
    json: async (args, more) => {
      const { code, stdout, stderr } = await run(args, more);
      if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A desk of two lines, with the articles of `kb/`. */
export const DESK = `language: en
lines:
  - key: it
    name: IT Service Desk
    channels: ['slack:C0SUPPORT']
    managers: ['slack:U0MARK']
    escalatesTo: it-l2
    summary: { at: '09:00', days: mon-fri, timezone: Europe/Warsaw }
  - key: it-l2
    name: Infrastructure
    channels: ['slack:C0INFRA']
knowledge: ['kb/']
`;
