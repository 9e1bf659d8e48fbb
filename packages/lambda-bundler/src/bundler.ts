import { join, posix } from "node:path";
import { type Built, buildBundles, bundleKey, type Project } from "./build-bundles.ts";
import type { Bundle } from "./bundle.ts";
import { BundleCache } from "./bundle-cache.ts";
import { CodeFiles } from "./code-files.ts";

export type { Project } from "./build-bundles.ts";
export type { Bundle } from "./bundle.ts";
export type { PureCalls } from "./pure-calls.ts";
export { Rebuilder } from "./rebuilder.ts";

/** Bundles functions of one project. */
export interface Bundler {
  /**
   * Bundles one function with all that it imports. The same source gives the same bytes, on any machine, in any
   * folder and under any Node.js, so that a function that did not change is not deployed again. Functions that are
   * asked for in one turn of the event loop are built together.
   *
   * @param entry Path from the project's root, e.g. `handlers/customers/put-customer.ts`.
   * @throws Error with one line that names the file: it is missing, cannot be built, or exports no `handler`.
   */
  bundle(entry: string): Promise<Bundle>;
}

interface Request {
  promise: Promise<Bundle>;
  resolve(bundle: Bundle | Promise<Bundle>): void;
}

/**
 * Makes a bundler for a project. It writes to `node_modules/.cache/lambda-bundler` in the project's folder, or to a
 * temporary folder if it cannot.
 */
export function createBundler(project: Project): Bundler {
  const folder = join(project.root, "node_modules", ".cache", "lambda-bundler");
  const files = new CodeFiles(folder);
  let batch: Map<string, Request> | undefined;

  function answer(requests: Map<string, Request>): void {
    const cache = new BundleCache(project, join(folder, "records"), files);
    const unknown: string[] = [];
    for (const [entry, request] of requests) {
      const found = cache.find(entry);
      if (found) request.resolve(found);
      else unknown.push(entry);
    }
    if (unknown.length === 0) return;
    const together = buildBundles(project, unknown);
    for (const entry of unknown) {
      const built = together.then(
        (all) => all.get(entry) as Built,
        // One entry that cannot be built must not take the others with it.
        () => buildBundles(project, [entry]).then((alone) => alone.get(entry) as Built),
      );
      requests.get(entry)?.resolve(
        built.then((result) => {
          const { code, map } = result;
          const file = files.write(bundleKey(entry, project.readable), code, map);
          cache.keep(entry, result);
          return { file, code, map };
        }),
      );
    }
  }

  return {
    bundle(entry) {
      const path = posix.normalize(entry);
      let requests = batch;
      if (!requests) {
        const started = new Map<string, Request>();
        requests = batch = started;
        setImmediate(() => {
          batch = undefined;
          answer(started);
        });
      }
      const request = requests.get(path) ?? newRequest();
      requests.set(path, request);
      return request.promise;
    },
  };
}

function newRequest(): Request {
  let resolve: Request["resolve"] = () => {};
  const promise = new Promise<Bundle>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
