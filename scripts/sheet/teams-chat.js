/* global AdaptiveCards, document, hostConfig */
/* Runs in the page, after teams.js: draws conversations side by side, much as Teams does, each card with the official library. */
globalThis.drawChats = (panes) => {
  const window = document.createElement('main');
  for (const { title, messages } of panes) {
    const pane = element('div', 'pane', [element('h2', '', [title])]);
    for (const message of messages) pane.append(messageOf(message));
    window.append(pane);
  }
  document.body.append(window);
};

function messageOf({ from, isOwn, isReply, text, card }) {
  const parts = [];
  if (text !== '') parts.push(element('div', 'bubble', [text]));
  if (card !== null) {
    const drawn = new AdaptiveCards.AdaptiveCard();
    drawn.hostConfig = hostConfig('light');
    drawn.parse(card);
    parts.push(drawn.render());
  }
  const initials = from.split(' ').map(([first]) => first);
  const mark = Object.assign(document.createElement('img'), { src: '/sandbox/mark.svg', alt: '' });
  const avatar = element('div', 'avatar', [from === 'Helpdesk' ? mark : initials.join('')]);
  const body = element('div', 'body', [...(isOwn ? [] : [element('div', 'name', [from])]), ...parts]);
  return element('div', `message${isOwn ? ' own' : ''}${isReply ? ' reply' : ''}`, isOwn ? [body] : [avatar, body]);
}

function element(tag, className, children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
