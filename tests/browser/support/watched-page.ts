import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import * as assert from "uvu/assert";

/** A browser tab, with what it complained of. */
export interface WatchedPage {
  page: Page;
  /** @throws AssertionError with what accessibility rules the page breaks, or what the browser complained of. */
  isClean(): Promise<void>;
  close(): Promise<void>;
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** A complaint of the browser, and the address that it is about. */
export interface Complaint {
  text: string;
  url: string;
}

/** Opens a page in a tab of its own. `isExpected`: complaints that say nothing against the page. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  isExpected: (complaint: Complaint) => boolean = () => false,
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const complaint = { text: message.text(), url: message.location().url };
    if (!["error", "warning"].includes(message.type()) || isExpected(complaint)) return;
    complaints.push(`${complaint.text} ${complaint.url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return {
    page,
    async isClean() {
      await page.evaluate(axe.source);
      const violations = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
      )) as Violation[];
      const told = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
      assert.equal(told, []);
      assert.equal(complaints, []);
    },
    close: () => context.close(),
  };
}
