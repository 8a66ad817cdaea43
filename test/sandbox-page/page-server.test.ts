/** The sandbox page's server: what it answers, whom it refuses, and that acts arrive as the person who did them. */
import { GENERAL_CHANNEL, SUPPORT_CHANNEL } from '../../sandbox/people';
import type { PageState } from '../../sandbox/page/state';
import { until } from '../support/until';
import type { Answer, Rig } from './rig';
import { ask, startRig } from './rig';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig('sandbox/page');
});

afterEach(async () => {
  await rig.stop();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(rig.port, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const act = (body: object): Promise<Answer> => post('/sandbox/act', body);
const errorOf = ({ text }: Answer): string => (JSON.parse(text) as { error: string }).error;
const state = async (): Promise<PageState> => JSON.parse((await ask(rig.port, '/sandbox/state')).text) as PageState;
const placeOf = async (userId: string, id: string) =>
  (await state()).people.find((person) => person.userId === userId)?.places.find((place) => place.id === id);

describe('its paths', () => {
  it('serves the page and its files, and lets nothing from elsewhere be loaded', async () => {
    const page = await ask(rig.port, '/');
    const style = await ask(rig.port, '/sandbox/style.css');
    const mark = await ask(rig.port, '/sandbox/mark.svg');

    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('Nothing leaves this computer');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect([style.status, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    expect([mark.status, mark.headers['content-type']]).toEqual([200, 'image/svg+xml']);
  });

  it.each(['/slack/events', '/healthz', '/sandboxes', '/favicon.ico'])('leaves %s to others', async (path) => {
    expect((await ask(rig.port, path)).text).toBe('not the page');
  });

  it.each([
    '/sandbox/../package.json',
    '/sandbox/..%2f..%2fpackage.json',
    '/sandbox/state.ts',
    '/sandbox/tsconfig.json',
    '/sandbox/nothing.css',
    '/sandbox/',
    '/sandbox',
    '/sandbox/constructor',
    '/sandbox/__proto__',
  ])('has nothing at %s', async (path) => {
    expect((await ask(rig.port, path)).status).toBe(404);
  });

  it('names the right method to whoever used another', async () => {
    const got = await ask(rig.port, '/sandbox/act');
    const posted = await post('/sandbox/state', {});

    expect([got.status, got.headers.allow]).toEqual([405, 'POST']);
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET']);
  });
});

describe('whom it answers', () => {
  it.each(['evil.example:80', 'localhost.evil.example', '192.168.1.7:3000', 'localhost:3000@evil.example'])(
    'refuses a request for the host "%s"',
    async (host) => {
      for (const path of ['/', '/sandbox/state', '/sandbox/events']) {
        expect((await ask(rig.port, path, { headers: { host } })).status).toBe(403);
      }
      expect((await post('/sandbox/tomorrow', {}, { host })).status).toBe(403);
    },
  );

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers at %s', async (name) => {
    expect((await ask(rig.port, '/sandbox/state', { headers: { host: `${name}:${rig.port}` } })).status).toBe(200);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:1', 'https://localhost'])(
    'refuses a request from a page at %s',
    async (origin) => {
      const answer = await post('/sandbox/act', { as: 'U0NORA', do: 'close' }, { origin });

      expect(answer.status).toBe(403);
    },
  );

  it('takes its own page’s requests', async () => {
    const origin = `http://localhost:${rig.port}`;

    expect((await post('/sandbox/act', { as: 'U0NORA', do: 'close' }, { origin })).status).toBe(200);
  });

  it('takes JSON only, which a page elsewhere cannot send without asking', async () => {
    const body = JSON.stringify({ as: 'U0NORA', do: 'close' });

    expect((await post('/sandbox/act', body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('/sandbox/tomorrow', '', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('bad input', () => {
  it.each([
    ['{', 'not JSON'],
    ['null', 'expected object'],
    ['[]', 'expected object'],
    [{ as: 'U0NORA' }, 'do'],
    [{ as: 'U0NORA', do: 'dance' }, 'do'],
    [{ as: 'U0NORA', do: 'command', channel: 'C1', command: 'helpdesk', text: '' }, 'command'],
    [{ as: 'U0NORA', do: 'say', channel: 'C1', text: '' }, 'text'],
    [{ as: 'U0NORA', do: 'say', channel: 'C1', text: 7 }, 'text'],
    [{ as: 'U0NORA', do: 'close', more: 1 }, 'more'],
    [{ as: 'U0NORA', do: 'click', channel: 'C1', ts: '1', element: {} }, 'element'],
    [{ as: 'U0NOBODY', do: 'close' }, 'U0NOBODY'],
    [{ as: 'U0CLARA', do: 'close' }, 'U0CLARA'],
  ])('answers %j with what is wrong', async (body, problem) => {
    const answer = await post('/sandbox/act', body);

    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toContain(problem);
  });

  it('reads no more than 64 KB', async () => {
    const answer = await post('/sandbox/act', `{"as":"${'a'.repeat(70_000)}"}`);

    expect(answer.status).toBe(413);
  });

  it('says what Slack would not let this person do', async () => {
    const elsewhere = await act({ as: 'U0NORA', do: 'say', channel: SUPPORT_CHANNEL, text: 'let me in' });
    const nothing = await act({ as: 'U0NORA', do: 'click', channel: 'C0GENERAL', ts: '1.1', element: { label: 'x' } });

    expect([elsewhere.status, errorOf(elsewhere)]).toEqual([409, 'not_in_channel']);
    expect(nothing.status).toBe(409);
  });
});

describe('what the panes show', () => {
  it('shows each person their direct message and the channels they are in', async () => {
    const shown = (await state()).people.map(({ userId, places }) => [userId, ...places.map(({ name }) => name)]);

    expect(shown).toEqual([
      ['U0NORA', 'helpdesk', 'general'],
      ['U0ANNA', 'helpdesk', 'it-support', 'general'],
      ['U0BEN', 'helpdesk', 'it-support', 'general'],
      ['U0MARK', 'helpdesk', 'it-support', 'general'],
    ]);
  });

  it('keeps a private answer to the one who asked', async () => {
    rig.onDelivery = () => ({ text: 'Only for Nora' });

    const outcome = await act({
      as: 'U0NORA',
      do: 'command',
      channel: GENERAL_CHANNEL,
      command: '/helpdesk',
      text: 'vpn',
    });

    expect(JSON.parse(outcome.text)).toMatchObject({ ok: true, status: 200 });
    expect(rig.delivered[0]).toMatchObject({ command: '/helpdesk', text: 'vpn', user_id: 'U0NORA' });
    expect((await placeOf('U0NORA', GENERAL_CHANNEL))?.messages).toMatchObject([
      { text: 'Only for Nora', ephemeral: true },
    ]);
    expect((await placeOf('U0ANNA', GENERAL_CHANNEL))?.messages).toEqual([]);
  });

  it('does not show what a client does not show', async () => {
    const metadata = { event_type: 'secret', event_payload: { key: 'k' } };
    await rig.api('chat.postMessage', { channel: GENERAL_CHANNEL, text: 'hello', metadata });

    expect((await ask(rig.port, '/sandbox/state')).text).not.toContain('secret');
  });

  it('tells every open page once of many changes', async () => {
    const events: string[] = [];
    const abort = new AbortController();
    const response = await fetch(`${rig.url}sandbox/events`, { signal: abort.signal });
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        events.push(...(new TextDecoder().decode(chunk).match(/^data: changed$/gm) ?? []));
      }
    })().catch(() => undefined);
    await until(() => Promise.resolve(events.length === 1 ? true : undefined));

    for (const text of ['one', 'two', 'three']) rig.standIn.person('U0NORA').say(GENERAL_CHANNEL, text).catch(String);

    await until(() => Promise.resolve(events.length > 1 ? true : undefined));
    expect(events).toHaveLength(2);
    abort.abort();
    await reading;
  });
});

describe('tomorrow', () => {
  it('happens once, however often the button is pressed meanwhile', async () => {
    let times = 0;
    let done: () => void = () => undefined;
    rig.tomorrow = () => {
      times += 1;
      return new Promise((resolve) => (done = resolve));
    };

    const both = [post('/sandbox/tomorrow', {}), post('/sandbox/tomorrow', {})];
    await until(() => Promise.resolve(times === 1 ? true : undefined));
    // The second has arrived once a third request, sent after it, is answered.
    await state();
    done();

    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(times).toBe(1);
  });

  it('says so when it fails, and can be tried again', async () => {
    rig.tomorrow = () => Promise.reject(new Error('the summary has no readers'));
    const failed = await post('/sandbox/tomorrow', {});
    rig.tomorrow = () => Promise.resolve();
    const again = await post('/sandbox/tomorrow', {});

    expect([failed.status, errorOf(failed)]).toEqual([500, 'the summary has no readers']);
    expect(again.status).toBe(200);
  });
});
