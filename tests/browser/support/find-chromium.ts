import { findChromium, NO_CHROMIUM } from "./chromium.ts";

// Says where the browser is, and fails where there is none.
const found = findChromium();
console.log(found ?? NO_CHROMIUM);
process.exitCode = found ? 0 : 1;
