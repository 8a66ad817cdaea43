/** A bot to try the stand-in with: an HTTP server and fetch, no library, and one of everything a person can do. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Json, TeamsStandIn, TeamsWorld } from '../../sandbox/teams/teams-world';

export const APP = '11111111-2222-4333-8444-555555555555';
export const TENANT = 'a1b2c3d4-e5f6-4890-abcd-ef1234567890';

export const WORLD: TeamsWorld = {
  people: [
    { key: 'nora', name: 'Nora Lewis', email: 'nora@example.com', locale: 'en-US', timezone: 'America/New_York' },
    { key: 'anna', name: 'Anna Kowalska', email: 'anna@example.com', locale: 'pl-PL', dialogs: false },
    { key: 'gus', name: 'Gus Guest', email: 'gus@elsewhere.example', guest: true, installed: false },
  ],
  teams: [
    { name: 'IT', channels: ['support'], members: ['nora', 'anna'] },
    { name: 'Quiet', channels: ['hush'], members: ['nora', 'gus'], rsc: false },
    { name: 'Closed', channels: ['locked'], members: ['nora'], installed: false },
  ],
  chats: [{ name: 'lunch', members: ['nora', 'anna'] }],
};

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

export const card = (body: readonly object[], actions: readonly object[] = []): Json => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body,
  actions,
});

export const text = (words: string): object => ({ type: 'TextBlock', text: words, wrap: true });

export const form = (title: string): Json =>
  card(
    [
      text(title),
      {
        type: 'Input.Text',
        id: 'subject',
        label: 'Summary',
        isRequired: true,
        errorMessage: 'Say what it is',
        maxLength: 20,
      },
      {
        type: 'Input.ChoiceSet',
        id: 'priority',
        label: 'Priority',
        value: 'low',
        choices: [
          { title: 'Low', value: 'low' },
          { title: 'High', value: 'high' },
        ],
      },
      {
        type: 'Input.ChoiceSet',
        id: 'who',
        label: 'Owner',
        choices: [],
        'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
      },
    ],
    [
      { type: 'Action.Submit', title: 'Send', data: { form: 1 } },
      { type: 'Action.Submit', title: 'Cancel', data: { cancel: true }, associatedInputs: 'none' },
    ],
  );

/** A message that shows a card. */
export const showing = (content: Json): Json => ({
  type: 'message',
  attachments: [{ contentType: CARD_TYPE, content }],
});

export const buttons = card(
  [text('Press'), { type: 'Input.Text', id: 'words', label: 'Words' }],
  [
    { type: 'Action.Execute', title: 'Replace', verb: 'v', data: { do: 'replace' } },
    {
      type: 'Action.Execute',
      title: 'Tell',
      verb: 'v',
      data: { do: 'tell' },
      fallback: { type: 'Action.Submit', title: 'Tell', data: { do: 'fallback' } },
    },
    { type: 'Action.Execute', title: 'Broken', verb: 'v', data: { do: 'broken' } },
    { type: 'Action.Submit', title: 'Plain', data: { do: 'plain' } },
    { type: 'Action.Submit', title: 'Open', data: { msteams: { type: 'task/fetch' }, do: 'open' } },
  ],
);

/** What is answered to a delivery. */
interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** No answer at all. */
  readonly silent?: boolean;
}

export interface TinyBot {
  /** Everything that was delivered, in order. */
  readonly heard: { readonly activity: Json; readonly headers: IncomingHttpHeaders }[];
  /** How the next deliveries are answered, before the usual answers. */
  readonly replies: Reply[];
  /** A call to the connector. */
  call(method: string, path: string, body?: object): Promise<{ status: number; body: Json }>;
  stop(): Promise<void>;
}

/** Starts it, and makes the stand-in deliver to it. */
export async function startTinyBot(teams: TeamsStandIn): Promise<TinyBot> {
  const heard: TinyBot['heard'] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const activity = body as Json;
      heard.push({ activity, headers: request.headers });
      const { status = 200, body: answer, silent } = replies.shift() ?? { body: usual(activity) };
      if (silent === true) return;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  teams.botUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`;
  return {
    heard,
    replies,
    call: async (method, path, body) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${teams.serviceUrl}v3/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...sent,
      });
      return { status: answer.status, body: (await answer.json()) as Json };
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const shows = (content: Json): Json => ({
  task: { type: 'continue', value: { title: 'A form', card: { contentType: CARD_TYPE, content } } },
});

function usual({ name, value }: Json): unknown {
  const { action, data } = (value ?? {}) as { action?: { data: Json }; data?: Json };
  switch (name) {
    case 'adaptiveCard/action':
      return clicked(action?.data['do']);
    case 'task/fetch':
    case 'composeExtension/fetchTask':
      return shows(form('New'));
    case 'task/submit':
    case 'composeExtension/submitAction':
      if (data?.['subject'] === 'again') return shows(form('Again'));
      return data?.['subject'] === 'words' ? { task: { type: 'message', value: 'Thanks' } } : undefined;
    default:
      return undefined;
  }
}

function clicked(wish: unknown): unknown {
  if (wish === 'tell')
    return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'told you' };
  const value = wish === 'broken' ? { type: 'AdaptiveCard' } : card([text('replaced')]);
  return { statusCode: 200, type: CARD_TYPE, value };
}
