/* global document */
/* Runs in the page: draws Block Kit with the sandbox page's own renderer. */
import { drawBlock } from '/sandbox/block-kit.js';
import { drawInput } from '/sandbox/inputs.js';
import { drawMessage } from '/sandbox/message.js';

const users = [
  ['U0NORA', 'Nora Lewis'],
  ['U0ANNA', 'Anna Kowalska'],
  ['U0BOT', 'Helpdesk'],
].map(([id, realName]) => ({ id, name: id.slice(2).toLowerCase(), realName, locale: 'en-GB' }));

function viewerOf(locale) {
  const page = { team: 'T0', bot: { id: 'U0BOT', name: 'Helpdesk' }, users, channels: [], commands: [], people: [] };
  const act = () => Promise.resolve(null);
  return { userId: 'U0NORA', locale, page: { ...page, globalShortcuts: [], messageShortcuts: [] }, act, confirm: act };
}

function element(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

function drawMessageOf({ text, blocks }, viewer) {
  const at = { channel: 'C0', ts: '1795466590.0001', threadTs: null, user: 'U0BOT', fromBot: true };
  return drawMessage({ ...at, ephemeral: false, edited: false, text, blocks, reactions: [] }, { viewer });
}

function drawModal({ title, submit, close, blocks }, viewer) {
  const surface = { viewer, press: () => Promise.resolve() };
  const body = blocks.map((block) =>
    block.type === 'input' ? drawInput(block, viewer).element : drawBlock(block, surface),
  );
  return element(
    'div',
    'modal',
    element('div', 'modal-head', element('h2', '', title.text)),
    element('div', 'modal-body', ...body),
    element(
      'div',
      'modal-foot',
      element('button', 'button', close.text),
      element('button', 'button button-primary', submit.text),
    ),
  );
}

globalThis.draw = ({ section, drawings, locale }) => {
  const tooWide = [];
  const viewer = viewerOf(locale);
  const frame = element('section', '', element('h2', '', section));
  document.body.append(frame);
  for (const { name, drawn } of drawings) {
    const shown = drawn.type === 'modal' ? drawModal(drawn, viewer) : drawMessageOf(drawn, viewer);
    frame.append(element('figure', '', element('figcaption', '', name), shown));
    if (shown.scrollWidth > shown.clientWidth + 1) tooWide.push(name);
  }
  return tooWide;
};
