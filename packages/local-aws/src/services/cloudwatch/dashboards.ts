import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { page } from "./page.ts";

type Input = Record<string, unknown>;

// Dashboards of one page.
const PAGE = 1000;

interface Dashboard {
  name: string;
  body: string;
  /** Epoch ms. */
  changedAt: number;
}

/** The dashboards of the stack. */
export class Dashboards {
  readonly #kernel: Kernel;
  readonly #dashboards = new Map<string, Dashboard>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Stores a dashboard. @throws Error with the reason why its name or body is invalid. */
  put(name: string, body: string): void {
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw new Error(`DashboardName ${name} must have 1 to 255 letters, digits, - and _`);
    }
    const problem = bodyProblem(body);
    if (problem) throw new Error(`DashboardBody of ${name}: ${problem}`);
    this.#dashboards.set(name, { name, body, changedAt: this.#kernel.clock.now() });
  }

  /** What IAM knows a dashboard by. */
  arn(name: string): string {
    return `arn:aws:cloudwatch::${this.#kernel.account}:dashboard/${name}`;
  }

  /** The operation `GetDashboard`. */
  get({ DashboardName }: Input): Input {
    const dashboard = this.#dashboards.get(String(DashboardName));
    if (!dashboard) {
      throw new ServiceError(
        "DashboardNotFoundError",
        `Dashboard ${DashboardName} does not exist`,
        404,
      );
    }
    const { name, body } = dashboard;
    return { DashboardArn: this.arn(name), DashboardBody: body, DashboardName: name };
  }

  /** The operation `ListDashboards`. */
  list({ DashboardNamePrefix = "", NextToken }: Input): Input {
    const found = [...this.#dashboards.values()].filter(({ name }) =>
      name.startsWith(String(DashboardNamePrefix)),
    );
    const { items, next } = page(found, PAGE, NextToken);
    return {
      ...next,
      DashboardEntries: items.map(({ name, body, changedAt }) => ({
        DashboardName: name,
        DashboardArn: this.arn(name),
        LastModified: changedAt / 1000,
        Size: Buffer.byteLength(body),
      })),
    };
  }
}

function bodyProblem(body: string): string | undefined {
  let document: unknown;
  try {
    document = parseJson(body);
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`;
  }
  const { widgets } = (document ?? {}) as { widgets?: unknown };
  if (!Array.isArray(widgets)) return "it has no array widgets";
  if (widgets.length > 500) return `it has ${widgets.length} widgets; CloudWatch allows 500`;
  for (const [index, widget] of widgets.entries()) {
    if (typeof widget?.type !== "string") return `widgets/${index} has no type`;
    if (typeof widget.properties !== "object" || widget.properties === null) {
      return `widgets/${index} has no properties`;
    }
  }
  return undefined;
}
