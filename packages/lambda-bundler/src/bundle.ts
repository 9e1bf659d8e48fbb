import { createHash } from "node:crypto";
import { posix } from "node:path";
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

interface Request {
  promise: Promise<Bundle>;
  resolve(bundle: Bundle | Promise<Bundle>): void;
}

/** What is asked for together, by the folder that the entries are in. */
const batches = new Map<string, Map<string, Request>>();

/**
 * Bundles one function with all that it imports. The same source gives the same bytes, on any machine and in any
 * folder, so that a function which did not change is not deployed again.
 *
 * @param entry Path from `root`, e.g. `handlers/customers/put-customer.ts`.
 * @param root Folder of the project: where the entry's packages are looked up, and what source maps are relative to.
 * @throws Error with one line that names the file: it is missing, cannot be built, or exports no `handler`.
 */
export function bundle(entry: string, root: string): Promise<Bundle> {
  const path = posix.normalize(entry);
  let batch = batches.get(root);
  if (!batch) {
    batch = new Map();
    batches.set(root, batch);
    // A program asks for its functions one after the other without a pause: they are built together.
    setImmediate(answer, root, batch);
  }
  const request = batch.get(path) ?? newRequest();
  batch.set(path, request);
  return request.promise;
}

function newRequest(): Request {
  let resolve: Request["resolve"] = () => {};
  const promise = new Promise<Bundle>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function answer(root: string, batch: Map<string, Request>): void {
  batches.delete(root);
  const cache = new BundleCache(root);
  const unknown: string[] = [];
  for (const [entry, request] of batch) {
    const built = cache.find(entry);
    if (built) request.resolve(bundleOf(built));
    else unknown.push(entry);
  }
  if (unknown.length === 0) return;
  const together = buildBundles(root, unknown);
  for (const entry of unknown) {
    const built = together.then(
      (all) => all.get(entry) as Built,
      // One entry that cannot be built must not take the others with it.
      () => buildBundles(root, [entry]).then((alone) => alone.get(entry) as Built),
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
