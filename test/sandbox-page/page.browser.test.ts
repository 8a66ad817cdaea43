/** The sandbox page in a real browser: what is drawn, that it is safe, and that it works by keyboard alone. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { GENERAL_CHANNEL, SUPPORT_CHANNEL } from '../../sandbox/people';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { until } from '../support/until';
import { CARELESS, HOSTILE, LONG, MODAL, SUGGESTIONS, TICKET } from './gallery';
import type { Delivered, Rig } from './rig';
import { compilePage, startRig } from './rig';

/** Plain script, for the page to run. */
const POOR_CONTRASTS = readFileSync(join(__dirname, 'poor-contrasts.js'), 'utf8');

describeInBrowser('the sandbox page', () => {
  let browser: Browser;
  let scripts: { dir: string; remove: () => Promise<void> };
  let rig: Rig;
  let page: Page;
  let asked: string[];
  let faults: string[];

  beforeAll(async () => {
    scripts = await compilePage();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await scripts?.remove();
  });

  beforeEach(async () => {
    rig = await startRig(scripts.dir);
  });

  afterEach(async () => {
    await page.context().close();
    await rig.stop();
    expect(faults).toEqual([]);
  });

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(5_000);
    page = await context.newPage();
    asked = [];
    faults = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('dialog', (dialog) => faults.push(`a script ran: ${dialog.message()}`));
    await page.goto(rig.url);
    await page.locator('#pane-employee').waitFor();
  }

  const pane = (role: 'employee' | 'agent' | 'manager'): Locator => page.locator(`#pane-${role}`);
  const composer = (role: 'employee' | 'agent' | 'manager'): Locator =>
    pane(role).locator('textarea[data-composer]:visible');
  const hasFocus = async (one: Locator): Promise<boolean> => (await one.and(page.locator(':focus')).count()) === 1;
  const post = async (message: object, channel = SUPPORT_CHANNEL): Promise<string> =>
    (await rig.api('chat.postMessage', { channel, ...message })).ts ?? '';
  const delivered = (matches: (one: Delivered) => boolean): Promise<Delivered> =>
    until(() => Promise.resolve(rig.delivered.find(matches)));
  const openModal = async (): Promise<Locator> => {
    rig.onDelivery = ({ trigger_id }) => void rig.api('views.open', { trigger_id, view: MODAL });
    await pane('employee').getByRole('button', { name: 'Shortcuts' }).click();
    await page.getByRole('menuitem', { name: 'Open a ticket' }).click();
    const dialog = pane('employee').getByRole('dialog', { name: 'Open a ticket' });
    await dialog.waitFor();
    rig.onDelivery = () => undefined;
    return dialog;
  };

  describe('what is drawn', () => {
    it('shows what people typed as they typed it, and runs, rings and loads nothing', async () => {
      await post(TICKET);
      await post(LONG);
      await open();
      const messages = pane('agent').locator('.place:visible .message');

      expect(await messages.nth(0).locator('blockquote').innerText()).toContain(HOSTILE);
      expect(await messages.nth(0).locator('.field').nth(5).innerText()).toBe(`Typed\n${HOSTILE}`);
      expect(await messages.locator('.ping').count()).toBe(0);
      expect(await messages.locator('img:not([src="/sandbox/mark.svg"]), script, iframe').count()).toBe(0);
      // An address may be clickable, as in Slack, but not under another name.
      expect(await messages.locator('a[href*="evil"]').allInnerTexts()).toEqual(['https://evil.example|bank']);
      expect(await messages.nth(1).innerText()).toContain('plain *text* stays <as> it :is: but 🎉 is drawn');
      expect(asked.filter((url) => !url.startsWith(rig.url))).toEqual([]);
    });

    it('makes a ping that was not escaped impossible to overlook', async () => {
      await post(CARELESS);
      await open();

      expect(await pane('agent').locator('.place:visible .ping').allInnerTexts()).toEqual(['@channel', '@here']);
    });

    it('draws every block it is given, names for ids, and dates in the reader’s time', async () => {
      await post(SUGGESTIONS);
      await post(TICKET);
      await open({ timezoneId: 'Europe/Warsaw' });
      const shown = pane('agent').locator('.place:visible');

      expect(await shown.locator('.unknown').count()).toBe(0);
      expect(await shown.locator('.field').nth(2).innerText()).toBe('Requester\n@Nora Lewis');
      expect(await shown.locator('.field').nth(3).innerText()).toMatch(/^Opened\nNov 18, 2026 12:06\sPM$/);
      expect(await shown.locator('.block-context').nth(1).innerText()).toContain('⚠️ Notes in this thread');
      expect(await shown.getByRole('link', { name: /^Open/ }).getAttribute('rel')).toContain('noopener');
    });

    it('names a block that it does not know instead of leaving it out', async () => {
      await open();
      await page.route('**/sandbox/state', async (route) => {
        const answer = await route.fetch();
        const state = await answer.text();
        await route.fulfill({ response: answer, body: state.replace('"type":"divider"', '"type":"hologram"') });
      });
      await post(LONG);

      await pane('agent').getByText('This page does not draw “hologram”.').waitFor();
    });
  });

  describe('what people do', () => {
    it('a command is offered, sent by Enter, and its answer is seen by its author only', async () => {
      rig.onDelivery = () => SUGGESTIONS;
      await open();
      await composer('employee').focus();
      await page.keyboard.type('/he');
      await pane('employee').getByRole('option', { name: '/helpdesk' }).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type('my vpn <drops>');
      await page.keyboard.press('Enter');

      await pane('employee').getByText('Only visible to you').waitFor();
      expect(rig.delivered).toMatchObject([{ command: '/helpdesk', user_id: 'U0NORA', text: 'my vpn &lt;drops&gt;' }]);
      expect(await pane('employee').getByRole('heading', { name: 'This may help' }).isVisible()).toBe(true);
      expect(await page.getByText('Only visible to you').count()).toBe(1);
    });

    it('works by keyboard alone: past the messages, a command, and the button in its answer', async () => {
      for (let count = 0; count < 3; count += 1) await post(TICKET);
      rig.onDelivery = ({ command }) => (command === undefined ? undefined : SUGGESTIONS);
      await open();
      await pane('agent').getByRole('button', { name: 'Ben' }).focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await hasFocus(composer('agent'))).toBe(true);
      await page.keyboard.type('/helpdesk vpn');
      await page.keyboard.press('Enter');
      await pane('agent').getByText('Only visible to you').waitFor();
      // Backwards from the box, past the shortcuts, to the last button of the last message.
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Space');

      const click = await delivered(({ type }) => type === 'block_actions');
      expect(click.actions?.[0]?.action_id).toBe('open-1');
    });

    it('a hint writes for the person it names', async () => {
      await open();
      await page.getByRole('button', { name: /vpn drops/ }).click();

      expect(await composer('employee').inputValue()).toBe('/helpdesk my vpn drops every ten minutes');
      expect(await hasFocus(composer('employee'))).toBe(true);
    });

    it('a button sends a click as the one who pressed it, also after the switch to the second agent', async () => {
      await post(TICKET);
      await open();
      await pane('agent').getByRole('button', { name: 'Claim' }).click();
      const first = await delivered(({ type }) => type === 'block_actions');
      await pane('agent').getByRole('button', { name: 'Ben' }).click();
      await pane('agent').getByRole('button', { name: 'Claim' }).click();
      const second = await delivered(({ user }) => user?.id === 'U0BEN');

      expect([first.user?.id, first.actions?.[0]?.action_id]).toEqual(['U0ANNA', 'claim-1']);
      expect(second.actions?.[0]?.value).toBe('claim-1');
    });

    it('a dangerous button asks first', async () => {
      await post(TICKET);
      await open();
      await pane('agent').getByRole('button', { name: 'Delete' }).click();
      const question = pane('agent').getByRole('alertdialog', { name: 'Delete #42?' });
      await question.getByRole('button', { name: 'Keep it' }).click();
      expect(rig.delivered.filter(({ type }) => type === 'block_actions')).toEqual([]);
      await pane('agent').getByRole('button', { name: 'Delete' }).click();
      await question.getByRole('button', { name: 'Delete it' }).click();

      expect((await delivered(({ type }) => type === 'block_actions')).actions?.[0]?.action_id).toBe('delete-1');
    });

    it('menus and selects send the chosen entry', async () => {
      await post(TICKET);
      await open();
      await pane('agent').locator('.place:visible .button-more').click();
      await page.getByRole('menuitem', { name: 'Add a note…' }).click();
      await delivered(({ actions }) => actions?.[0]?.selected_option?.value === 'note');
      await pane('agent').getByRole('combobox', { name: 'Priority' }).selectOption('p2');
      await delivered(({ actions }) => actions?.[0]?.selected_option?.value === 'p2');
      await pane('agent').getByRole('combobox', { name: 'Assign to' }).selectOption('U0BEN');

      await delivered(({ actions }) => actions?.[0]?.selected_user === 'U0BEN');
    });

    it('a reaction is given, shown to all, and taken back', async () => {
      await post(TICKET);
      await open();
      await pane('agent').locator('.place:visible .message').hover();
      await pane('agent').locator('.place:visible').getByRole('button', { name: 'Add a reaction' }).click();
      await page.getByRole('menuitem', { name: 'eyes' }).click();
      await delivered(({ event }) => event?.type === 'reaction_added' && event.reaction === 'eyes');
      const chip = pane('agent').locator('.place:visible .reaction');
      await chip.waitFor();
      expect(await chip.innerText()).toBe('👀 1');
      await chip.click();
      await delivered(({ event }) => event?.type === 'reaction_removed');

      await chip.waitFor({ state: 'detached' });
    });

    it('a message becomes a ticket by its menu', async () => {
      await rig.standIn.person('U0NORA').say(GENERAL_CHANNEL, 'my screen is black');
      await open();
      await pane('employee').getByRole('button', { name: 'general' }).click();
      await pane('employee').locator('.place:visible .message').hover();
      await pane('employee').locator('.place:visible').getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Make this a ticket' }).click();

      const action = await delivered(({ type }) => type === 'message_action');
      expect([action.callback_id, action.message?.text]).toEqual(['open_ticket_from_message', 'my screen is black']);
    });

    it('a reply goes into the thread, and a command there is refused as Slack refuses it', async () => {
      await post(TICKET);
      await open();
      const shown = pane('agent').locator('.place:visible');
      await shown.locator('.message').hover();
      await shown.getByRole('button', { name: 'Reply in thread' }).click();
      await page.keyboard.type('/helpdesk queue');
      await page.keyboard.press('Enter');
      await pane('agent').getByText('Slack does not take /helpdesk in threads.').waitFor();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('@nora was called');
      await page.keyboard.press('Enter');

      await shown.getByRole('button', { name: '1 reply' }).waitFor();
      expect(await shown.locator('.replies .message-body').innerText()).toBe('@Nora Lewis was called');
      await shown.getByRole('button', { name: '1 reply' }).click();
      expect(await shown.locator('.replies').isVisible()).toBe(false);
    });

    it('says so when the bot does not answer well, and keeps what did not arrive', async () => {
      await open();
      rig.standIn.setRequestUrl(`http://127.0.0.1:${rig.port}/nowhere`);
      await composer('employee').fill('/helpdesk help');
      await page.keyboard.press('Enter');
      await pane('employee').getByText('The helpdesk answered “/helpdesk” with an error (HTTP 404).').waitFor();
      await page.route('**/sandbox/act', (route) => route.fulfill({ status: 409, json: { error: 'not_in_channel' } }));
      await composer('employee').fill('hello');
      await page.keyboard.press('Enter');

      await pane('employee').getByText('not_in_channel').waitFor();
      expect(await composer('employee').inputValue()).toBe('hello');
      faults.length = 0; // The browser notes the 409 itself.
    });

    it('tomorrow comes by its button', async () => {
      rig.tomorrow = async () => {
        await post({ text: 'Your summary' }, await rig.standIn.person('U0MARK').directMessageChannel());
      };
      await open();
      await page.getByRole('button', { name: 'Tomorrow, 09:00' }).click();

      await pane('manager').getByText('Your summary').waitFor();
    });
  });

  describe('modals', () => {
    it('sends what was filled in, a choice by its value, an emptied one as none', async () => {
      await open();
      const dialog = await openModal();
      await dialog.getByLabel('Summary').fill('VPN drops');
      await dialog.getByLabel('Priority').selectOption({ label: 'Nobody can work' });
      await dialog.getByLabel('On behalf of').selectOption('');
      await dialog.getByLabel('Walk-in').check();
      await dialog.getByRole('button', { name: 'Open ticket' }).click();

      const { view } = await delivered(({ type }) => type === 'view_submission');
      expect(view?.state.values).toMatchObject({
        summary: { value: { value: 'VPN drops' } },
        details: { value: { value: null } },
        priority: { value: { selected_option: { value: 'P1' } } },
        requester: { value: { selected_user: null } },
        intake: { value: { selected_option: { value: 'walk-in' } } },
      });
      await dialog.waitFor({ state: 'detached' });
    });

    it('shows the bot’s errors beside the fields and keeps what was typed', async () => {
      await open();
      const dialog = await openModal();
      rig.onDelivery = () => ({ response_action: 'errors', errors: { summary: 'Say a little more.' } });
      await dialog.getByLabel('Summary').fill('VPN');
      await dialog.getByLabel('Priority').selectOption('P1');
      await dialog.getByLabel('Telephone').check();
      await page.keyboard.press('Enter');
      await dialog.getByText('Say a little more.').waitFor();

      const summary = dialog.getByLabel('Summary');
      expect(await summary.getAttribute('aria-invalid')).toBe('true');
      expect(await summary.inputValue()).toBe('VPN');
      expect(await hasFocus(summary)).toBe(true);
      rig.onDelivery = () => undefined;
    });

    it('does not send a form whose required fields are empty', async () => {
      await open();
      const dialog = await openModal();
      await dialog.getByRole('button', { name: 'Open ticket' }).click();

      expect(await dialog.getByText('Please complete this required field.').count()).toBe(3);
      expect(rig.delivered.some(({ type }) => type === 'view_submission')).toBe(false);
    });

    it('keeps what was typed when the bot redraws the form', async () => {
      await open();
      const dialog = await openModal();
      await dialog.getByLabel('Summary').fill('half a sentence');
      const view_id = rig.standIn.person('U0NORA').modal()?.viewId;
      await rig.api('views.update', {
        view_id,
        view: { ...MODAL, title: { type: 'plain_text', text: 'Almost there' } },
      });
      const redrawn = pane('employee').getByRole('dialog', { name: 'Almost there' });
      await redrawn.waitFor();

      expect(await redrawn.getByLabel('Summary').inputValue()).toBe('half a sentence');
    });

    it('covers its own person’s pane only, holds the Tab key, and gives the focus back', async () => {
      await open();
      const dialog = await openModal();
      expect(await pane('employee').locator('.client-content[inert]').count()).toBe(1);
      expect(await composer('agent').isEnabled()).toBe(true);
      for (let press = 0; press < 12; press += 1) {
        await page.keyboard.press('Tab');
        expect(await dialog.locator(':focus').count()).toBe(1);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      await until(() => Promise.resolve(rig.standIn.person('U0NORA').modal() === null ? true : undefined));
      expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Shortcuts');
    });
  });

  describe('while things change', () => {
    it('keeps the focus on a button whose message is redrawn', async () => {
      const ts = await post(TICKET);
      await open();
      const claim = pane('agent').getByRole('button', { name: 'Claim' });
      await claim.focus();
      await rig.api('chat.update', { channel: SUPPORT_CHANNEL, ts, ...TICKET, text: 'Changed' });
      await pane('agent').locator('.place:visible .fresh').waitFor();

      expect(await hasFocus(claim)).toBe(true);
    });

    it('keeps a half-written reply and message', async () => {
      const ts = await post(TICKET);
      await open();
      const shown = pane('agent').locator('.place:visible');
      await composer('agent').fill('half a message');
      await shown.locator('.message').hover();
      await shown.getByRole('button', { name: 'Reply in thread' }).click();
      await page.keyboard.type('half a reply');
      await post({ text: 'A note', thread_ts: ts });
      await shown.getByText('A note').waitFor();

      expect(await shown.getByRole('textbox', { name: 'Reply…' }).inputValue()).toBe('half a reply');
      expect(await composer('agent').inputValue()).toBe('half a message');
    });

    it('follows the conversation at its end, and leaves a reader alone who scrolled up', async () => {
      for (let count = 0; count < 4; count += 1) await post(TICKET);
      await open();
      const scroller = pane('agent').locator('.place:visible .scroller');
      const toEnd = () =>
        scroller.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
      expect(await toEnd()).toBeLessThan(2);
      await post({ text: 'at the end' });
      await pane('agent').locator('.place:visible').getByText('at the end').waitFor();
      expect(await toEnd()).toBeLessThan(2);
      await scroller.evaluate((element) => (element.scrollTop = 0));
      await post({ text: 'while reading' });
      await pane('agent').getByRole('button', { name: 'New messages' }).click();

      expect(await toEnd()).toBeLessThan(2);
    });

    it('counts what came to a place that is not looked at, and says it to screen readers', async () => {
      await open();
      await post({ text: 'Lunch?' }, GENERAL_CHANNEL);
      const tab = pane('employee').getByRole('button', { name: /general/ });
      await tab.getByText('1').waitFor();
      expect(await page.locator('#live').innerText()).toContain('helpdesk: Lunch?');
      await tab.click();

      expect(await tab.locator('.badge').isVisible()).toBe(false);
    });
  });

  describe('on other screens', () => {
    it('shows one person at a time when it is narrow, with tabs', async () => {
      await open({ viewport: { width: 420, height: 800 } });
      expect(await pane('manager').isVisible()).toBe(false);
      await page.getByRole('navigation', { name: 'People' }).getByRole('button', { name: 'Mark' }).click();

      expect([await pane('manager').isVisible(), await pane('employee').isVisible()]).toEqual([true, false]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(420);
    });

    it.each(['light', 'dark'] as const)(
      'is readable in %s: every text has the contrast of WCAG AA',
      async (colorScheme) => {
        await post(TICKET);
        await post(SUGGESTIONS);
        await open({ colorScheme, reducedMotion: 'reduce' });

        expect(await page.evaluate<string[]>(POOR_CONTRASTS)).toEqual([]);
      },
    );

    it('can be drawn in light, in dark and on a phone', async () => {
      const folder = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'sandbox-page-'));
      await post(SUGGESTIONS);
      await post(TICKET);
      await post(LONG);
      await post(CARELESS);
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['light', 420],
      ] as const) {
        await open({ colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
        await openModal();
        const picture = await page.screenshot({ path: join(folder, `${colorScheme}-${width}.png`) });
        expect(picture.length).toBeGreaterThan(10_000);
        await rig.standIn.person('U0NORA').closeModal();
        await page.context().close();
      }
      await open();
    });
  });
});
