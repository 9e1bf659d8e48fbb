import * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "./foundation.ts";
import { Inventory } from "./inventory.ts";

/** A component whose building blocks take the stack's settings from it, and enter what they create in its inventory. */
export abstract class Component extends pulumi.ComponentResource {
  readonly inventory = new Inventory();
  readonly foundation: Foundation;

  constructor(
    type: string,
    name: string,
    foundation: Foundation,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    // No inputs: Pulumi would record whole resources with the component.
    super(`commerce:infra:${type}`, name, {}, opts);
    this.foundation = foundation;
  }
}
