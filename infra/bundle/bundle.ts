import { createHash } from "node:crypto";
import { posix, resolve } from "node:path";
import { type Built, buildBundles } from "./build-bundles.ts";
import { BundleCache } from "./bundle-cache.ts";

/** The code of one function. */
export interface Bundle {
  /** An ES module that exports `handler`: the file `index.mjs` of the function's package. */
  code: string;
  /** The file `index.mjs.map` beside it, read where Node.js runs with `--enable-source-maps`. */
  map: string;
  /** SHA-256 of both. */
  hash: string;
}

const ROOT = resolve(import.meta.dirname, "..", "..");

interface Request {
  promise: Promise<Bundle>;
  resolve(bundle: Bundle | Promise<Bundle>): void;
}

let requests = new Map<string, Request>();

/**
 * Bundles one function with all that it imports. The same source gives the same bytes, on any machine and in any
 * folder, so that a function which did not change is not deployed again.
 *
 * @param entry Path from the project's root, e.g. `handlers/customers/put-customer.ts`.
 * @throws Error with one line that names the file: it is missing, cannot be built, or exports no `handler`.
 */
export function bundle(entry: string): Promise<Bundle> {
  const path = posix.normalize(entry);
  // A program asks for its functions one after the other without a pause: they are built together.
  if (requests.size === 0) setImmediate(answer);
  const request = requests.get(path) ?? newRequest();
  requests.set(path, request);
  return request.promise;
}

function newRequest(): Request {
  let resolve: Request["resolve"] = () => {};
  const promise = new Promise<Bundle>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function answer(): void {
  const batch = requests;
  requests = new Map();
  const cache = new BundleCache(ROOT);
  const unknown: string[] = [];
  for (const [entry, request] of batch) {
    const built = cache.find(entry);
    if (built) request.resolve(bundleOf(built));
    else unknown.push(entry);
  }
  if (unknown.length === 0) return;
  const together = buildBundles(ROOT, unknown);
  for (const entry of unknown) {
    const built = together.then(
      (all) => all.get(entry) as Built,
      // One entry that cannot be built must not take the others with it.
      () => buildBundles(ROOT, [entry]).then((alone) => alone.get(entry) as Built),
    );
    batch.get(entry)?.resolve(
      built.then((result) => {
        cache.keep(entry, result);
        return bundleOf(result);
      }),
    );
  }
}

function bundleOf({ code, map }: Built): Bundle {
  const hash = createHash("sha256").update(`${code}\0${map}`).digest("hex");
  return { code, map, hash };
}
