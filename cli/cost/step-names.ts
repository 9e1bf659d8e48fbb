import { callerName, type Kernel, type RecordedProgram } from "local-aws/testing/simulation";

type Caller = Parameters<Kernel["dispatcher"]["call"]>[3];

/** The logical names of a program's parts, by what a service calls them. */
export class StepNames {
  readonly #byArn = new Map<string, string>();
  readonly #byName = new Map<string, string>();
  readonly #byRole = new Map<string, string>();
  readonly #byLogGroup = new Map<string, string>();

  constructor({ resources }: RecordedProgram) {
    for (const { name, type, inputs, outputs } of resources) {
      // An alias has the ARN of its function, and a name behind it.
      if (/lambda\/function:|stateMachine:/.test(type)) {
        this.#byArn.set(String(outputs["arn"]), name);
      }
      for (const key of ["name", "id"]) {
        if (outputs[key] && /(pipe|restApi|api):/i.test(type)) {
          this.#byName.set(String(outputs[key]), name);
        }
      }
      if (/lambda\/function:|stateMachine:|pipe:/.test(type)) {
        this.#byRole.set(String(inputs["role"] ?? inputs["roleArn"]), name);
      }
      if (/logGroup:/.test(type)) {
        this.#byLogGroup.set(String(outputs["name"]), name.replace(/(-error)?-logs$/, ""));
      }
    }
  }

  ofArn(arn: string): string {
    return this.#byArn.get(arn) ?? this.#byArn.get(arn.replace(/:[^:]+$/, "")) ?? arn;
  }

  /** By the name of a pipe. */
  ofName(name: string): string {
    return this.#byName.get(name) ?? name;
  }

  /** By the dimensions of an API's metrics. */
  ofApi({ ApiName = "", ApiId = "" }: Readonly<Record<string, string>>): string {
    return this.#byName.get(ApiId) ?? this.#byName.get(ApiName) ?? (ApiName || ApiId);
  }

  ofLogGroup(group: string): string {
    return this.#byLogGroup.get(group) ?? group;
  }

  ofCaller(caller: Caller): string {
    const known = caller.kind === "role" ? this.#byRole.get(caller.roleArn) : undefined;
    return known ?? callerName(caller).replace(/-role-[0-9a-f]{7}$/, "");
  }
}
