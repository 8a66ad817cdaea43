/**
 * How soon a long article that one process has saved answers questions in another, with 10,000 articles there, and how long
 * acknowledgements take meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Article } from '../src/domain/article';
import { Store } from '../src/store/store';
import { startSlack } from './acknowledgement';
import { madeArticles, madeQuestions } from './articles';
import { end, send, startLoad, startService } from './closed-loop';
import type { BenchDatabase } from './closed-loop';
import { delivery } from './deliveries';
import { median, quantile, rounded, sized } from './measures';

const PORT = 14_717;
const CHANNEL = 'slack:C0SUPPORT';
const ARTICLES = sized(10_000, 100);
/** Of the article that is edited: a long one, and about the longest there may be. */
const CHARACTERS = sized([60_000, 1_000_000], [10_000]);
const EDITS = sized(10, 1);
const BETWEEN_EDITS_MS = 2000;
/** Meanwhile people ask. */
const PER_SECOND = 20;
const GIVEN_UP_MS = 30_000;
/** How often it is asked whether the edit is there yet; without a rest the asking would be what it waits for. */
const ASKED_EVERY_MS = 20;

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
export async function articleLag({ name, url, text }: BenchDatabase): Promise<LagRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-lag-'));
  const slack = await startSlack();
  const load = startLoad();
  const file = join(folder, 'articles.jsonl');
  const made = madeArticles(ARTICLES);
  writeFileSync(file, made.map((article) => `${JSON.stringify(article)}\n`).join(''));
  const service = await startService(PORT, text, CHANNEL, slack.env, file);
  const editor = await Store.open(url);
  const [to, responseUrl] = [`http://127.0.0.1:${PORT}/slack/events`, `${slack.apiUrl}late`];
  const questions = madeQuestions(ARTICLES, 500);
  const meanwhile = { kind: 'question', url: to, responseUrl, questions, perSecond: PER_SECOND } as const;
  let serial = 0;
  const isFound = async ({ title }: Article): Promise<boolean> => {
    // The answer repeats the question, so that is not the title.
    const question = title.split(' ').reverse().join(' ');
    const { body, headers } = delivery('question', (serial += 1), responseUrl, [question]);
    const response = await fetch(to, { method: 'POST', body, headers });
    return (await response.text()).includes(title);
  };
  try {
    await send(load, { ...meanwhile, forMs: 3000 });
    const rows: LagRow[] = [];
    for (const characters of CHARACTERS) {
      const rest = await send(load, { ...meanwhile, forMs: EDITS * BETWEEN_EDITS_MS });
      const asked = send(load, { ...meanwhile, forMs: EDITS * BETWEEN_EDITS_MS });
      const { saved, found } = await edits(editor, made[0]!, characters, isFound);
      const editing = await asked;
      const [restMs, editingMs] = [rest.timesMs, editing.timesMs];
      rows.push({
        ...{ database: name, articles: ARTICLES, characters, edits: EDITS },
        ...{ savedP50Ms: rounded(median(saved)), foundP50Ms: rounded(median(found)), foundWorstMs: most(found) },
        ...{ restP99Ms: rounded(quantile(restMs, 0.99)), restWorstMs: most(restMs) },
        ...{ editingP99Ms: rounded(quantile(editingMs, 0.99)), editingWorstMs: most(editingMs) },
        failed: rest.failed + editing.failed,
      });
    }
    return rows;
  } finally {
    await editor.close();
    await service.stop();
    await end(load);
    slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Edits one article again and again. @returns how long each edit took to be saved, and from then until it was found, in ms */
async function edits(
  editor: Store,
  article: Article,
  characters: number,
  isFound: (article: Article) => Promise<boolean>,
): Promise<{ saved: number[]; found: number[] }> {
  const [saved, found]: [number[], number[]] = [[], []];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const next = edited(article, edit, characters);
    const began = performance.now();
    await editor.write((session) => session.articles.save([next], new Date()));
    const committed = performance.now();
    saved.push(committed - began);
    while (!(await isFound(next))) {
      if (performance.now() - committed > GIVEN_UP_MS) throw new Error('the edit was never found');
      await setTimeout(ASKED_EVERY_MS);
    }
    found.push(performance.now() - committed);
    await setTimeout(Math.max(0, began + BETWEEN_EDITS_MS - performance.now()));
  }
  return { saved, found };
}

/** A long one about something that nothing was about before. */
function edited(article: Article, edit: number, characters: number): Article {
  let body = '';
  for (const { body: more } of madeArticles(Math.ceil(characters / article.body.length) + 1)) body += `${more}\n\n`;
  return {
    ...article,
    title: `Quixotic${characters}v${edit} zephyrs${characters}v${edit}`,
    body: body.slice(0, characters),
  };
}

function most(times: readonly number[]): number {
  return rounded(Math.max(...times));
}
