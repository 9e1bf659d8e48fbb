import type { Place } from "../program/resource-type.ts";
import type { StackSettings } from "./stack-file.ts";

/** What to evaluate, and where it will live. */
export interface EvaluationRequest {
  /** Folder of `index.ts`. */
  root: string;
  settings: StackSettings;
  place: Place;
}
