/** A visitor of the sandbox page, seated before one of its three panes: sees and does what is there to see and to click. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Longer than anything in the sandbox takes; what takes longer has failed. */
const PATIENCE_MS = 10_000;
const PANES = { employee: '#pane-employee', agent: '#pane-agent', manager: '#pane-manager' } as const;

/** The page in a browser window of its own. */
export class Window {
  /** What the browser complained of: errors in its console, faults in scripts, requests that failed. */
  readonly complaints: string[] = [];
  readonly nora: Seat;
  /** Anna, or Ben after `agent.be('Ben')`. */
  readonly agent: Seat;
  readonly mark: Seat;

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('requestfailed', (request) => {
      // The stream of news is cut when the page closes.
      if (!page.isClosed() && !request.url().endsWith('/events')) this.complaints.push(`failed: ${request.url()}`);
    });
    this.nora = new Seat(page.locator(PANES.employee));
    this.agent = new Seat(page.locator(PANES.agent));
    this.mark = new Seat(page.locator(PANES.manager));
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Window> {
    const context = await browser.newContext({ viewport: { width: 1500, height: 950 }, locale: 'en-GB', ...options });
    const window = new Window(await context.newPage());
    await window.page.goto(url);
    await window.agent.message('Claim').waitFor();
    return window;
  }

  /** The manager's next morning. */
  async tomorrow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Tomorrow, 09:00' }).click();
  }

  /** A picture of the window, with every movement at its end. */
  async shoot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** One pane. Everything is found by what a person reads or a screen reader says. */
export class Seat {
  constructor(readonly pane: Locator) {}

  /** Changes to another person of the same pane. */
  async be(name: string): Promise<void> {
    await this.pane.getByRole('group', { name: 'Be' }).getByRole('button', { name }).click();
  }

  /** Opens a conversation by the name on its tab. */
  async go(place: string): Promise<void> {
    await this.pane.locator('.client:not([hidden]) .places').getByRole('button', { name: place }).click();
  }

  get writing(): Locator {
    return this.pane.getByRole('textbox', { name: /^Message / });
  }

  /** Types a line and sends it by Enter. */
  async write(text: string): Promise<void> {
    await this.writing.fill(text);
    await this.writing.press('Enter');
  }

  /** The last message in sight that says all of this. */
  message(...said: (string | RegExp)[]): Locator {
    const articles = this.pane.getByRole('article');
    return said.reduce((found, hasText) => found.filter({ hasText }), articles).last();
  }

  /** Presses a button of the last message that says this and has the button. */
  async press(said: string | RegExp, button: string): Promise<void> {
    const wanted = this.pane.page().getByRole('button', { name: button, exact: true });
    await this.pane.getByRole('article').filter({ hasText: said, has: wanted }).last().locator(wanted).click();
  }

  /** Waits for a message that says all of this. @returns all its words */
  async sees(...said: (string | RegExp)[]): Promise<string> {
    const message = this.message(...said);
    await message.waitFor();
    return message.innerText();
  }

  /** The dialog over this pane. */
  dialog(title: string | RegExp): Locator {
    return this.pane.getByRole('dialog', { name: title });
  }

  /** Fills the fields of the dialog with this title and submits it by its button; the dialog may stay open. */
  async fill(title: string, fields: Readonly<Record<string, string>>, submit: string): Promise<void> {
    const dialog = this.dialog(title);
    for (const [label, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(label);
      await field.waitFor();
      if (await field.and(dialog.locator('select')).isVisible()) await field.selectOption({ label: value });
      else await field.fill(value);
    }
    await dialog.getByRole('button', { name: submit, exact: true }).click();
  }

  /** The last message in sight that says this, with the thread below it. */
  thread(said: string | RegExp): Locator {
    return this.pane.locator('.client:not([hidden]) .place:not([hidden]) .row').filter({ hasText: said }).last();
  }

  /** Replies in the thread of the last message that says this. */
  async reply(said: string | RegExp, text: string): Promise<void> {
    const thread = this.thread(said);
    const box = thread.getByRole('textbox', { name: 'Reply…' });
    if (!(await box.isVisible())) {
      await thread.getByRole('article').first().hover();
      await thread.getByRole('button', { name: 'Reply in thread' }).click();
    }
    await box.fill(text);
    await box.press('Enter');
  }
}
