/**
 * How soon a long article that one process has saved answers questions in another, with 10,000 articles there, and how long
 * acknowledgements take meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Article } from '../src/domain/article';
import { Store } from '../src/store/store';
import { startSlack } from './acknowledgement';
import { madeArticles, madeQuestions } from './articles';
import { end, send, startLoad, startService } from './closed-loop';
import type { BenchDatabase } from './closed-loop';
import { delivery } from './deliveries';
import { median, quantile, rounded } from './measures';

const PORT = 34_717;
const CHANNEL = 'slack:C0SUPPORT';
const ARTICLES = 10_000;
/** Of the article that is edited; a text column of MySQL and MariaDB holds 65,535 bytes. */
const CHARACTERS = { sqlite: 1_000_000, other: 60_000 };
const EDITS = 10;
const BETWEEN_EDITS_MS = 2000;
/** Meanwhile people ask. */
const PER_SECOND = 20;
const GIVEN_UP_MS = 30_000;

export interface LagRow {
  readonly database: string;
  readonly articles: number;
  readonly characters: number;
  readonly edits: number;
  /** What the transaction took in the process that edits. */
  readonly savedP50Ms: number;
  /** From the commit until the other process answers with it. */
  readonly foundP50Ms: number;
  readonly foundWorstMs: number;
  /** Acknowledgements of that process while nothing is edited, and while something is. */
  readonly restP99Ms: number;
  readonly restWorstMs: number;
  readonly editingP99Ms: number;
  readonly editingWorstMs: number;
  readonly failed: number;
}

/** @param database an empty one */
export async function articleLag({ name, url, text }: BenchDatabase): Promise<LagRow> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-lag-'));
  const slack = await startSlack();
  const load = startLoad();
  const file = join(folder, 'articles.jsonl');
  const made = madeArticles(ARTICLES);
  const characters = CHARACTERS[url.kind === 'sqlite' ? 'sqlite' : 'other'];
  writeFileSync(file, made.map((article) => `${JSON.stringify(article)}\n`).join(''));
  const service = await startService(PORT, text, CHANNEL, slack.env, file);
  const editor = await Store.open(url);
  try {
    const [to, responseUrl] = [`http://127.0.0.1:${PORT}/slack/events`, `${slack.apiUrl}late`];
    const questions = madeQuestions(ARTICLES, 500);
    const order = { kind: 'question', url: to, responseUrl, questions, perSecond: PER_SECOND } as const;
    await send(load, { ...order, forMs: 3000 });
    const rest = await send(load, { ...order, forMs: EDITS * BETWEEN_EDITS_MS });
    const meanwhile = send(load, { ...order, forMs: EDITS * BETWEEN_EDITS_MS });
    const [saved, found]: [number[], number[]] = [[], []];
    let asked = 0;
    for (let edit = 0; edit < EDITS; edit += 1) {
      const began = performance.now();
      const article = edited(made[edit]!, edit, characters);
      await editor.write((session) => session.articles.save([article], new Date()));
      const committed = performance.now();
      saved.push(committed - began);
      // The answer repeats the question, so that is not the title.
      const question = article.title.split(' ').reverse().join(' ');
      await until(async () => (await answer(to, responseUrl, question, (asked += 1))).includes(article.title));
      found.push(performance.now() - committed);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + BETWEEN_EDITS_MS - performance.now())));
    }
    const editing = await meanwhile;
    const [restMs, editingMs] = [rest.timesMs, editing.timesMs];
    return {
      ...{ database: name, articles: ARTICLES, characters, edits: EDITS },
      ...{ savedP50Ms: rounded(median(saved)), foundP50Ms: rounded(median(found)), foundWorstMs: most(found) },
      ...{ restP99Ms: rounded(quantile(restMs, 0.99)), restWorstMs: most(restMs) },
      ...{ editingP99Ms: rounded(quantile(editingMs, 0.99)), editingWorstMs: most(editingMs) },
      failed: rest.failed + editing.failed,
    };
  } finally {
    await editor.close();
    await service.stop();
    await end(load);
    slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A long one about something that nothing was about before. */
function edited(article: Article, edit: number, characters: number): Article {
  let body = '';
  for (const { body: more } of madeArticles(Math.ceil(characters / article.body.length) + 1)) body += `${more}\n\n`;
  return { ...article, title: `Quixotic${edit} zephyrs${edit} jumble${edit}`, body: body.slice(0, characters) };
}

async function answer(url: string, responseUrl: string, question: string, serial: number): Promise<string> {
  const { body, headers } = delivery('question', serial, responseUrl, [question]);
  const response = await fetch(url, { method: 'POST', body, headers });
  return response.text();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await isSo())) if (performance.now() - began > GIVEN_UP_MS) throw new Error('the edit was never found');
}

function most(times: readonly number[]): number {
  return rounded(Math.max(...times));
}
