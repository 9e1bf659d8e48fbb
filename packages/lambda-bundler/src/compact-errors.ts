const CLASS =
  /export class (?<name>\w+) extends __BaseException \{\n {4}static shapeId = "(?<namespace>[^"#]+)#\k<name>";\n {4}name = "\k<name>";\n {4}\$fault = "(?<fault>client|server)";\n(?: {4}\$retryable = (?<retryable>\{[^;]*\});\n)?(?<members>(?: {4}\w+;\n)*) {4}constructor\(opts\) \{\n {8}super\(\{\n {12}name: "\k<name>",\n {12}\$fault: "\k<fault>",\n {12}\.\.\.opts,\n {8}\}\);\n {8}Object\.setPrototypeOf\(this, \k<name>\.prototype\);\n(?: {8}this\.\w+ = opts\.\w+;\n)* {4}\}\n\}\n/g;
const IMPORT_ALONE = /^import \{ \w+ as __BaseException \} from "[^"]+";\n$/;

/**
 * The error classes of a client, each in one short line that calls `helper`. The SDK writes every class out in full,
 * all in the same way, and a bundle needs them all, as any answer may be any error.
 *
 * @throws Error when the source has a class of another form, or anything beside them.
 */
export function compactErrors(source: string, helper: string): string {
  const unix = source.replaceAll("\r\n", "\n");
  const classes = [...unix.matchAll(CLASS)].map((match) => match.groups ?? {});
  const [namespace, ...others] = new Set(classes.map((found) => found["namespace"]));
  const imported = unix.replaceAll(CLASS, "");
  if (namespace === undefined || others.length > 0 || !IMPORT_ALONE.test(imported)) {
    throw new Error("its error classes have another form than src/compact-errors.ts knows");
  }
  return [
    imported,
    `import { errorClasses } from ${JSON.stringify(helper)};`,
    `const errorClass = errorClasses(__BaseException, ${JSON.stringify(namespace)});`,
    ...classes.map(({ name, fault, members = "", retryable }) => {
      const own = JSON.stringify(members.match(/\w+/g) ?? []);
      return `export const ${name} = /* @__PURE__ */ errorClass("${name}", "${fault}", ${own}, ${retryable});`;
    }),
  ].join("\n");
}
