import { render } from "preact";
import { ShopApi } from "./api.ts";
import { App } from "./app.tsx";
import "./style.css";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Reads the file that the deployment writes beside the page. */
async function readConfig(): Promise<{ ordersApi: string }> {
  const response = await fetch("config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  return response.json();
}

const root = document.getElementById("shop");
if (root) {
  root.textContent = "";
  readConfig().then(
    ({ ordersApi }) => {
      const surroundings = {
        fetch: async (url: string, init?: RequestInit) => {
          const response = await fetch(url, init);
          if (response.status < 500) window.dispatchEvent(new Event("shop-answered"));
          return response;
        },
        wait,
        onRetry: (failures: number) =>
          window.dispatchEvent(new CustomEvent("shop-retry", { detail: failures })),
      };
      render(<App api={new ShopApi(ordersApi, surroundings)} wait={wait} />, root);
    },
    () => {
      root.textContent = "The shop cannot be reached. Please check your connection and reload.";
    },
  );
}
