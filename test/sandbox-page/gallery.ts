/** Messages and a modal with everything the page draws, for tests and for looking at it. */
const plain = (text: string) => ({ type: 'plain_text', text, emoji: true });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (text: string, action_id: string, more: object = {}) => ({
  type: 'button',
  text: plain(text),
  action_id,
  value: action_id,
  ...more,
});
const option = (text: string, value: string) => ({ text: plain(text), value });

/** What somebody typed who means ill, as a careful bot sends it. */
export const HOSTILE = '<!channel> <@U0ANNA> <img src=x onerror=alert(1)> <https://evil.example|bank> &amp; 2*3*4';
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const SUGGESTIONS = {
  text: '2 answers to your question',
  blocks: [
    { type: 'header', text: plain('This may help') },
    { type: 'context', elements: [plain('You asked: my vpn drops every ten minutes')] },
    {
      type: 'section',
      text: mrkdwn('*VPN disconnects every few minutes*\nSwitch the client to TCP, then reconnect. Hotels block UDP.'),
      accessory: button('Read more', 'read-1'),
    },
    {
      type: 'section',
      text: mrkdwn('*Slow VPN at home*\nTry the other gateway.'),
      accessory: button('Open', 'link-1', { url: 'https://kb.example.com/vpn' }),
    },
    {
      type: 'actions',
      elements: [button('That solved it', 'solved-1', { style: 'primary' }), button('Open a ticket', 'open-1')],
    },
  ],
};

export const TICKET = {
  text: `New ticket #42: ${escaped(HOSTILE)}`,
  blocks: [
    { type: 'header', text: plain(`🔴 #42 · ${HOSTILE}`.slice(0, 150)) },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_quote',
          elements: [
            { type: 'text', text: `${HOSTILE}\nSecond line, ` },
            { type: 'text', text: 'bold', style: { bold: true } },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'link', url: 'https://kb.example.com/', text: 'An article' }],
            },
            {
              type: 'rich_text_section',
              elements: [
                { type: 'emoji', name: 'ticket' },
                { type: 'text', text: ' two' },
              ],
            },
          ],
        },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'ping -c 3 vpn.example.com' }] },
      ],
    },
    {
      type: 'section',
      fields: [
        mrkdwn('*Status*\nOpen'),
        mrkdwn('*Priority*\nP1 · Critical'),
        mrkdwn('*Requester*\n<@U0NORA>'),
        mrkdwn('*Opened*\n<!date^1795000000^{date_short_pretty} {time}|2026-11-18 UTC>'),
        plain('Category\nNetwork & VPN > *remote*'),
        mrkdwn(`*Typed*\n${escaped(HOSTILE)}`),
      ],
    },
    { type: 'context', elements: [mrkdwn(':warning: Notes in this thread stay among _agents_, in <#C0SUPPORT>.')] },
    {
      type: 'actions',
      elements: [
        button('Claim', 'claim-1', { style: 'primary' }),
        button('Reply', 'reply-1'),
        button('Delete', 'delete-1', {
          style: 'danger',
          confirm: {
            title: plain('Delete #42?'),
            text: mrkdwn('It *cannot* be undone.'),
            confirm: plain('Delete it'),
            deny: plain('Keep it'),
            style: 'danger',
          },
        }),
        {
          type: 'overflow',
          action_id: 'menu-1',
          options: [option('Assign to…', 'assign'), option('Add a note…', 'note')],
        },
        {
          type: 'static_select',
          action_id: 'select-1',
          placeholder: plain('Priority'),
          options: [option('P1', 'p1'), option('P2', 'p2')],
        },
        { type: 'users_select', action_id: 'user-1', placeholder: plain('Assign to') },
      ],
    },
  ],
};

export const LONG = {
  text: 'A long one',
  blocks: [
    {
      type: 'section',
      text: mrkdwn(
        `A text without spaces: ${'averylongword'.repeat(14)} and one https://example.com/${'path/'.repeat(30)} with an address.`,
      ),
    },
    { type: 'divider' },
    {
      type: 'image',
      title: plain('A chart'),
      image_url: 'https://images.example.com/chart.png',
      alt_text: 'Tickets by day',
    },
    { type: 'section', text: plain('plain *text* stays <as> it :is: but :tada: is drawn') },
  ],
};

/** What a careless bot sends: it must be seen. */
export const CARELESS = { text: 'New ticket: <!channel> look at `<!here>`' };

export const MODAL = {
  type: 'modal',
  callback_id: 'open',
  title: plain('Open a ticket'),
  submit: plain('Open ticket'),
  close: plain('Cancel'),
  blocks: [
    { type: 'section', text: mrkdwn('Tell us what is wrong, _in your own words_.') },
    {
      type: 'input',
      block_id: 'summary',
      label: plain('Summary'),
      element: { type: 'plain_text_input', action_id: 'value', max_length: 150, placeholder: plain('One sentence') },
    },
    {
      type: 'input',
      block_id: 'details',
      label: plain('Details'),
      optional: true,
      hint: plain('What you have tried'),
      element: { type: 'plain_text_input', action_id: 'value', multiline: true },
    },
    {
      type: 'input',
      block_id: 'priority',
      label: plain('Priority'),
      hint: plain('Who is affected, and how badly?'),
      element: {
        type: 'static_select',
        action_id: 'value',
        option_groups: [
          { label: plain('Me'), options: [option('I cannot work', 'P2'), option('It is slower', 'P3')] },
          { label: plain('All of us'), options: [option('Nobody can work', 'P1')] },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'requester',
      label: plain('On behalf of'),
      optional: true,
      element: { type: 'users_select', action_id: 'value', initial_user: 'U0LUIS' },
    },
    {
      type: 'input',
      block_id: 'intake',
      label: plain('Reached us by'),
      element: {
        type: 'radio_buttons',
        action_id: 'value',
        options: [option('Telephone', 'phone'), option('Walk-in', 'walk-in')],
      },
    },
  ],
};
