// One fresh process: loads a bundle as Lambda's runtime does, calls it once, and prints how long both took.
const builtin = process.getBuiltinModule;
// What that runtime has loaded before it comes to the function. An import would load more: it runs their getters.
for (const name of ["fs", "http", "net", "path", "util"]) builtin(name);
const require = builtin("module").createRequire(import.meta.url);
const { pathToFileURL } = builtin("url");

const [file = "", event = ""] = process.argv.slice(2);
const input = JSON.parse(event);
// What the function logs is not what this process answers.
console.info = console.log = console.warn = console.error = () => {};

const before = performance.now();
const { handler } = file.endsWith(".cjs") ? require(file) : await import(pathToFileURL(file).href);
const imported = performance.now();
const result = await handler(input, {});
const answered = performance.now();

const { statusCode = 200, batchItemFailures = [], refusal = "none" } = Object(result);
if (batchItemFailures.length > 0 || refusal !== "none") throw new Error(JSON.stringify(result));
const measured = { import: imported - before, first: answered - imported, statusCode };
process.stdout.write(JSON.stringify(measured), () => process.exit());
