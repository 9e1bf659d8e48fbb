import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Connection } from "./connection.ts";

/** An engine that listens. */
export interface Engine {
  name: string;
  port: number;
  stop(): void;
}

interface Command {
  name: string;
  /** Why it is not here, and how it comes here. */
  missing?: string;
  command: string;
  args(port: number): string[];
}

const START_MS = 20_000;

function commands(): Command[] {
  const { DYNOXIDE = "dynoxide", DYNALITE = "", DYNAMODB_LOCAL = "" } = process.env;
  const dynalite = join(DYNALITE, "node_modules/dynalite/cli.js");
  const isPath = DYNOXIDE.includes("/");
  return [
    {
      name: "local-aws",
      command: process.execPath,
      args: () => [join(import.meta.dirname, "server.ts")],
    },
    {
      name: "dynoxide",
      ...((!isPath || !existsSync(DYNOXIDE)) && {
        missing:
          "cargo install dynoxide-rs --no-default-features --features native-sqlite,http-server,cli --root DIR, then DYNOXIDE=DIR/bin/dynoxide",
      }),
      command: DYNOXIDE,
      args: (port) => ["--port", String(port), "--log", "quiet"],
    },
    {
      name: "dynalite",
      ...(!(DYNALITE && existsSync(dynalite)) && {
        missing: "npm install dynalite@4.0.0 in a folder of its own, then DYNALITE=FOLDER",
      }),
      command: process.execPath,
      args: (port) => [dynalite, "--port", String(port), "--createTableMs", "0"],
    },
    {
      name: "DynamoDB Local",
      ...(!(DYNAMODB_LOCAL && existsSync(join(DYNAMODB_LOCAL, "DynamoDBLocal.jar"))) && {
        missing: "a folder with DynamoDBLocal.jar and its lib, then DYNAMODB_LOCAL=FOLDER",
      }),
      command: "java",
      args: (port) => [
        `-Djava.library.path=${join(DYNAMODB_LOCAL, "lib")}`,
        "-cp",
        `${join(DYNAMODB_LOCAL, "DynamoDBLocal.jar")}:${join(DYNAMODB_LOCAL, "lib/*")}`,
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        ...["-inMemory", "-disableTelemetry", "-port", String(port)],
      ],
    },
  ];
}

/** Starts every engine that is here; tells how the others come here. */
export async function startEngines(): Promise<Engine[]> {
  const engines: Engine[] = [];
  for (const candidate of commands()) {
    if (candidate.missing) console.log(`${candidate.name} is not here: ${candidate.missing}`);
    else engines.push(await start(candidate));
  }
  return engines;
}

async function start({ name, command, args }: Command): Promise<Engine> {
  const free = await freePort();
  const child = spawn(command, args(free), { stdio: ["ignore", "pipe", "inherit"] });
  const port = name === "local-aws" ? await saidPort(child) : free;
  const until = performance.now() + START_MS;
  while (true) {
    try {
      const connection = await Connection.open(port);
      await connection.call("ListTables", {});
      connection.close();
      return { name, port, stop: () => void child.kill() };
    } catch (error) {
      if (performance.now() > until) {
        child.kill();
        throw new Error(`${name} does not answer on port ${port}: ${error}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function saidPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (text) => {
      const port = /listening on (\d+)/.exec(String(text))?.[1];
      if (port) resolve(Number(port));
    });
    child.on("exit", (code) => reject(new Error(`local-aws ended with ${code}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
