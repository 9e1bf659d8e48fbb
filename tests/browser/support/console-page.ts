import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import * as assert from "uvu/assert";

/** The console in a browser tab, with what it complained of. */
export interface ConsolePage {
  page: Page;
  /** Opens a view by its name in the address, e.g. `tables`. */
  open(view: string): Promise<void>;
  /** @throws AssertionError with what accessibility rules the view breaks, or what the browser complained of. */
  isClean(): Promise<void>;
  close(): Promise<void>;
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Opens the page of a stack as a person with this preference would see it. */
export async function openConsole(
  browser: Browser,
  url: string,
  colorScheme: "light" | "dark" = "light",
): Promise<ConsolePage> {
  // Past the policy of the page, which lets nobody add a script, not even the judge.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme,
    bypassCSP: true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.getByRole("navigation", { name: "Views" }).waitFor();
  return {
    page,
    async open(view) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
      await page.locator(`main.view-${view.split("/")[0]}`).waitFor();
    },
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
