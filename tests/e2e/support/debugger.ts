import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { generatedPositionFor, LEAST_UPPER_BOUND, TraceMap } from "@jridgewell/trace-mapping";

interface Script {
  scriptId: string;
  url: string;
  sourceMapURL: string;
}

/** What stopped, and where. */
export interface Paused {
  hitBreakpoints: string[];
  callFrames: CallFrame[];
}

interface CallFrame {
  functionName: string;
  /** The innermost comes first. */
  scopeChain: { object: { objectId: string } }[];
}

interface Variable {
  name: string;
  value?: { value?: unknown };
}

/**
 * A debugger as VS Code and Chrome have one: it speaks Chrome's protocol with a process, and finds places in source files
 * through source maps.
 */
export class Debugger {
  readonly #socket: WebSocket;
  readonly #events = new EventEmitter();
  readonly #scripts: Script[] = [];
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, method, params, result, error } = JSON.parse(String(data));
      if (method === "Debugger.scriptParsed") this.#scripts.push(params);
      this.#events.emit(method ?? `answer ${id}`, method ? params : (result ?? error));
    });
  }

  /** Attaches to the process behind a port. */
  static async attach(port: number): Promise<Debugger> {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [{ webSocketDebuggerUrl }] = (await list.json()) as [{ webSocketDebuggerUrl: string }];
    const socket = new WebSocket(webSocketDebuggerUrl);
    await once(socket, "open");
    const attached = new Debugger(socket);
    await attached.send("Debugger.enable");
    return attached;
  }

  /** One command of the protocol. */
  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    const answer = once(this.#events, `answer ${id}`);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return (await answer)[0];
  }

  /** Sets a breakpoint on the line of a source file with this text. */
  async breakAt(file: string, text: string): Promise<string> {
    const lines = readFileSync(file, "utf8").split("\n");
    const line = lines.findIndex((candidate) => candidate.includes(text)) + 1;
    const source = String(pathToFileURL(file));
    for (const { url, sourceMapURL } of this.#scripts) {
      if (!sourceMapURL || !url.startsWith("file:")) continue;
      const mapUrl = new URL(sourceMapURL, url);
      const map = new TraceMap(readFileSync(fileURLToPath(mapUrl), "utf8"), String(mapUrl));
      if (!map.resolvedSources.includes(source)) continue;
      const column = lines[line - 1]?.search(/\S/) ?? 0;
      const at = generatedPositionFor(map, { source, line, column, bias: LEAST_UPPER_BOUND });
      if (at.line === null) continue;
      const { breakpointId } = await this.send("Debugger.setBreakpointByUrl", {
        url,
        lineNumber: at.line - 1,
        columnNumber: at.column,
      });
      return String(breakpointId);
    }
    throw new Error(`no script that is loaded was made of line ${line} of ${source}`);
  }

  /** Waits until the process stands at a breakpoint. */
  async paused(): Promise<Paused> {
    return (await once(this.#events, "Debugger.paused"))[0];
  }

  /** The variables of the block that stopped. */
  async variables(frame: CallFrame | undefined): Promise<Variable[]> {
    const objectId = frame?.scopeChain[0]?.object.objectId;
    const { result } = await this.send("Runtime.getProperties", { objectId });
    return result as Variable[];
  }

  /** Waits until the process has ended. */
  async closed(): Promise<void> {
    await once(this.#socket, "close");
  }

  detach(): void {
    this.#socket.close();
  }
}
