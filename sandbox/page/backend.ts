/** The page's line to the sandbox: the state, the acts, and the news that something changed. */
import type { ActOutcome, PageState } from './state.ts';
import type { Wanted } from './viewer.ts';

/** @throws Error in words for the visitor */
export async function fetchState(): Promise<PageState> {
  return (await request('/sandbox/state', null)) as PageState;
}

/** @throws Error in words for the visitor */
export async function sendAct(as: string, act: Wanted): Promise<ActOutcome> {
  return (await request('/sandbox/act', { as, ...act })) as ActOutcome;
}

/** @throws Error in words for the visitor */
export async function sendTomorrow(): Promise<void> {
  await request('/sandbox/tomorrow', {});
}

/** Calls back at once, after every change, and after a lost connection came back. */
export function onNews(news: () => void, connected: (connected: boolean) => void): void {
  const source = new EventSource('/sandbox/events');
  source.addEventListener('message', () => {
    connected(true);
    news();
  });
  source.addEventListener('error', () => connected(false));
}

async function request(path: string, body: object | null): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(
      path,
      body === null
        ? undefined
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );
  } catch {
    throw new Error('The sandbox does not answer. Is it still running?');
  }
  const answer = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (response.ok) return answer;
  throw new Error(typeof answer.error === 'string' ? answer.error : `The sandbox answered HTTP ${response.status}.`);
}
