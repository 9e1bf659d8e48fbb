import { parseJson } from "../../kernel/nesting.ts";

/** A JSON object of the document. */
export type Json = Record<string, unknown>;

/** Reads an OpenAPI document piece by piece; every complaint names the place in it. */
export class Document {
  readonly root: Json;
  readonly #name: string;

  /** @param name the API's logical name, which starts each complaint. */
  constructor(name: string, body: unknown) {
    this.#name = name;
    if (typeof body !== "string") {
      throw new Error(
        `${name}: body is not set; the local runtime needs a REST API as an OpenAPI 3.0 document`,
      );
    }
    try {
      this.root = this.object(parseJson(body), "body");
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Error(`${name}: body is not JSON: ${error.message}`);
    }
  }

  fail(where: string, problem: string): never {
    throw new Error(`${this.#name}: ${where}: ${problem}`);
  }

  /** The value as an object; an absent one is empty. */
  object(value: unknown, where: string): Json {
    if (value === undefined) return {};
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.fail(where, "must be an object");
    }
    return value as Json;
  }

  list(value: unknown, where: string): unknown[] {
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.fail(where, "must be an array");
  }

  string(value: unknown, where: string): string {
    return typeof value === "string" ? value : this.fail(where, "must be a string");
  }

  /** A map from names to strings. */
  strings(value: unknown, where: string): Record<string, string> {
    const entries = Object.entries(this.object(value, where));
    return Object.fromEntries(
      entries.map(([key, text]) => [key, this.string(text, `${where}.${key}`)]),
    );
  }

  /** The object itself, or what its `$ref` points to within the document. */
  resolve(value: unknown, where: string): Json {
    let target = this.object(value, where);
    for (let hops = 0; typeof target["$ref"] === "string"; hops++) {
      const pointer = target["$ref"];
      if (hops > 20) this.fail(where, `${pointer} refers to itself`);
      target = this.#follow(pointer, where);
    }
    return target;
  }

  #follow(pointer: string, where: string): Json {
    if (!pointer.startsWith("#/")) {
      this.fail(where, `$ref ${pointer} points outside of the document`);
    }
    let at: unknown = this.root;
    for (const part of pointer.slice(2).split("/")) {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const parent = this.object(at, where);
      if (!Object.hasOwn(parent, key)) this.fail(where, `$ref ${pointer} points to nothing`);
      at = parent[key];
    }
    return this.object(at, pointer);
  }

  /** Refuses every key that is not listed; the gateway ignores extensions that are not AWS's own. */
  onlyKeys(value: Json, known: readonly string[], where: string): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      if (key.startsWith("x-") && !key.startsWith("x-amazon-apigateway-")) continue;
      this.fail(where, `${key} is not supported by the local runtime`);
    }
  }
}
