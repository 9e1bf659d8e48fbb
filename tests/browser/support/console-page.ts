import type { Browser } from "playwright-core";
import { openPage, type WatchedPage } from "./watched-page.ts";

/** The console in a browser tab. */
export interface ConsolePage extends WatchedPage {
  /** Opens a view by its name in the address, e.g. `tables`. */
  open(view: string): Promise<void>;
}

/** Opens the page of a stack as a person with this preference would see it. */
export async function openConsole(
  browser: Browser,
  url: string,
  colorScheme: "light" | "dark" = "light",
): Promise<ConsolePage> {
  // Past the policy of the page, which lets nobody add a script, not even the judge.
  const watched = await openPage(browser, url, { colorScheme, bypassCSP: true });
  const { page } = watched;
  await page.getByRole("navigation", { name: "Views" }).waitFor();
  return {
    ...watched,
    async open(view) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
      await page.locator(`main.view-${view.split("/")[0]}`).waitFor();
    },
  };
}
