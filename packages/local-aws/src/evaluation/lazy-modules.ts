import module from "node:module";
import { sep } from "node:path";

type Load = (
  request: string,
  parent: { filename?: string } | undefined,
  ...rest: unknown[]
) => unknown;

// What Pulumi's SDK loads at its start and only some programs use: the automation API, and what serializes functions.
const LAZY = /^(@npmcli\/arborist|typescript|\.\/automation|\.\/dynamic)$/;
const PULUMI = `${sep}@pulumi${sep}pulumi${sep}`;

/** Makes Pulumi's SDK load its large parts on first use, which is half of the time that it takes to load. */
export function loadPulumiLazily(): void {
  // The loader of CommonJS modules, which Node's types leave out.
  const loader = module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (request, parent, ...rest) {
    const whole = () => load.call(this, request, parent, ...rest) as object;
    return LAZY.test(request) && parent?.filename?.includes(PULUMI) ? lazy(whole) : whole();
  };
}

/** Exports that are loaded on first access. */
function lazy(load: () => object): object {
  let loaded: object | undefined;
  const exports = () => (loaded ??= load());
  return new Proxy(
    {},
    {
      // An import of a CommonJS module reads this first, to see whether it can be used as it is.
      get: (_, name) => (name === "__esModule" ? true : Reflect.get(exports(), name)),
      has: (_, name) => Reflect.has(exports(), name),
      ownKeys: () => Reflect.ownKeys(exports()),
      getOwnPropertyDescriptor: (_, name) => {
        const property = Reflect.getOwnPropertyDescriptor(exports(), name);
        return property && { ...property, configurable: true };
      },
    },
  );
}
