/** The service as an operator runs it: its own process from `dist/`, with its own helpdesk.yaml, on a Slack stand-in. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { built, COMMAND } from './built';
import { freePort } from './free-port';
import { until } from './until';

export interface ServiceOptions {
  readonly slack: Pick<SlackStandIn, 'botToken' | 'signingSecret' | 'apiUrl'>;
  /** `DATABASE_URL` */
  readonly database: string;
  /** The text of helpdesk.yaml. */
  readonly desk: string;
  /** Settings besides, such as those of Teams. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Health {
  readonly status: number;
  readonly body: { readonly ready?: boolean; readonly problems?: string[]; readonly warnings?: string[] };
}

/** How long a start may take on a busy machine. */
const START_LIMIT_MS = 30_000;
const KEPT_LOG_LINES = 5000;

export class ServiceProcess {
  /** What it wrote, newest last, over all its lives. */
  readonly log: string[] = [];
  private child: ChildProcess | null = null;
  private unexpected: string | null = null;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Sets one up, without starting it. */
  static async prepare({ slack, database, desk, env }: ServiceOptions): Promise<ServiceProcess> {
    await built();
    const folder = mkdtempSync(join(tmpdir(), 'helpdesk-service-'));
    writeFileSync(join(folder, 'helpdesk.yaml'), desk);
    const port = await freePort();
    return new ServiceProcess(port, folder, {
      PATH: process.env.PATH,
      PORT: String(port),
      DATABASE_URL: database,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      LOG_LEVEL: 'info',
      // Load comes from a handful of people here.
      INTERACTIONS_PER_MINUTE: '0',
      ...env,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Null while it does not run. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Where Slack delivers. */
  get requestUrl(): string {
    return `${this.url}/slack/events`;
  }

  /** Where Teams delivers. */
  get botUrl(): string {
    return `${this.url}/api/messages`;
  }

  /** Begins a life, without waiting until it is ready. */
  launch(): void {
    const child = spawn(process.execPath, [COMMAND, 'start'], { cwd: this.folder, env: this.env });
    this.child = child;
    this.unexpected = null;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => this.note(data));
    child.once('exit', (code, signal) => {
      if (this.child !== child) return;
      this.child = null;
      this.unexpected = `the service ended by itself (${signal ?? code}):\n${this.log.slice(-20).join('\n')}`;
    });
  }

  /** Begins a life and waits until `/readyz` says so. @throws Error when it ended by itself */
  async start(): Promise<void> {
    if (this.child === null) this.launch();
    await until(async () => {
      if (this.unexpected !== null) throw new Error(this.unexpected);
      const { status } = await this.health('/readyz');
      return status === 200 ? true : undefined;
    }, START_LIMIT_MS);
  }

  /** Ends its life. @returns the exit code; null when the signal itself ended it */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.child;
    if (child === null) throw new Error(this.unexpected ?? 'the service does not run');
    this.child = null;
    const gone = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await gone)[0];
  }

  /** `/healthz` or `/readyz`; status 0 when nobody answers. */
  async health(path: '/healthz' | '/readyz'): Promise<Health> {
    try {
      const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(5000) });
      return { status: response.status, body: (await response.json()) as Health['body'] };
    } catch {
      return { status: 0, body: {} };
    }
  }

  async dispose(): Promise<void> {
    if (this.child !== null) await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private note(data: Buffer): void {
    this.log.push(...data.toString('utf8').split('\n').filter(Boolean));
    if (this.log.length > KEPT_LOG_LINES) this.log.splice(0, this.log.length - KEPT_LOG_LINES);
  }
}
