/**
 * What tests of a program need: time that they move, the errors and operations of services, and services that answer by
 * a script. It loads no engine.
 */
export { type Clock, SystemClock, sleep, VirtualClock } from "../kernel/clock.ts";
export type { Operation, Service } from "../kernel/service.ts";
export { ServiceError } from "../kernel/service-error.ts";
export type { RecordedResource } from "../program/recorded.ts";
export { type Script, ScriptedService } from "./scripted-service.ts";
