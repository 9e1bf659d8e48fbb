import type { Place } from "../program/resource-type.ts";
import type { StackSettings } from "./stack-file.ts";

/** What to evaluate, and where it will live. */
export interface EvaluationRequest {
  /** Folder of `index.ts`. */
  root: string;
  settings: StackSettings;
  place: Place;
  /** Folders of functions that create resources for others; a resource's source is the line that calls them. */
  helpers?: readonly string[] | undefined;
}
