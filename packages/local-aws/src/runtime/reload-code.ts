import { dirname } from "node:path";
import { archiveHash } from "../evaluation/archive.ts";
import type { ProgramInputs } from "../evaluation/program-inputs.ts";
import type { RecordedArchive, RecordedProgram } from "../program/recorded.ts";
import type { Lambda } from "../services/lambda/service.ts";

/** Builds the code of functions again, without evaluating the program. */
export interface CodeBuilder {
  /** Sources that a file of code was bundled from, as absolute paths; undefined if unknown. */
  sources(file: string): ReadonlySet<string> | undefined;
  /** New code for files, by the file that it replaces. @throws Error for the developer who wrote it. */
  rebuild(
    files: readonly string[],
  ): Promise<ReadonlyMap<string, { file: string; code: string; map: string }>>;
}

interface FunctionCode {
  name: string;
  resource: RecordedProgram["resources"][number];
  archive: RecordedArchive;
  path: string;
  origin: string;
}

/**
 * Puts changed files into effect that are the code of functions and nothing else. Returns the functions that changed, or
 * undefined when the program itself may have read one of the files, so that it has to be evaluated.
 */
export async function reloadCode(
  changed: readonly string[],
  program: RecordedProgram,
  inputs: ProgramInputs | undefined,
  lambda: Lambda,
  builder: CodeBuilder,
): Promise<string[] | undefined> {
  if (!inputs) return undefined;
  const codes = program.resources.flatMap(codeOf);
  const sources = new Map(codes.map(({ origin }) => [origin, builder.sources(origin)]));
  if ([...sources.values()].includes(undefined)) return undefined;
  const isCode = (file: string) => [...sources.values()].some((files) => files?.has(file));
  if (changed.some((file) => isReadByProgram(inputs, file, isCode(file)))) return undefined;
  const touched = codes.filter(({ origin }) =>
    changed.some((file) => sources.get(origin)?.has(file)),
  );
  const rebuilt = await builder.rebuild([...new Set(touched.map(({ origin }) => origin))]);
  const names: string[] = [];
  for (const { name, resource, archive, path, origin } of touched) {
    const built = rebuilt.get(origin);
    if (!built) return undefined;
    const files = { ...archive.files, [path]: built.code, [`${path}.map`]: built.map };
    const origins = { ...archive.origins, [path]: built.file };
    const code: RecordedArchive = { hash: archiveHash(files), files, origins };
    if (lambda.updateCode(String(resource.outputs["name"]), code)) names.push(name);
    resource.inputs["code"] = code;
  }
  return names;
}

/** The parts of a function's code that come from files. */
function codeOf(resource: RecordedProgram["resources"][number]): FunctionCode[] {
  const archive = resource.inputs["code"] as RecordedArchive | undefined;
  return Object.entries(archive?.origins ?? {}).map(([path, origin]) => ({
    name: resource.name,
    resource,
    archive: archive as RecordedArchive,
    path,
    origin,
  }));
}

function isReadByProgram({ files }: ProgramInputs, file: string, isCode: boolean): boolean {
  if (file in files.module) return true;
  // The bundler reads and looks for all that a function's code is made of.
  if (file in files.presence || file in files.contents) return !isCode;
  return [files.names, files.allNames].some((folders) => dirname(file) in folders);
}
