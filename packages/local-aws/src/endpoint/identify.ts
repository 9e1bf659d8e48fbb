import {
  everyService,
  type KnownService,
  modelledServices,
  modelOf,
  operationOf,
  type Protocol,
  type ServiceModel,
} from "../kernel/models/service-model.ts";
import { cborPath, cborProtocol, readCborCall } from "./protocols/cbor.ts";
import { jsonProtocol, readJsonCall } from "./protocols/json.ts";
import { ec2Protocol, restXmlProtocol } from "./protocols/other.ts";
import { queryParameters, queryProtocol, readQueryCall } from "./protocols/query.ts";
import { readRestCall, restJsonProtocol } from "./protocols/rest-json.ts";
import {
  type Answering,
  header,
  type WireCall,
  type WireProtocol,
  type WireRequest,
} from "./wire.ts";

/** Who signed a request, and for which service. The signature itself is not checked. */
export interface Signed {
  accessKeyId: string;
  signingName: string;
}

/** The operation and the service that a request calls. */
export interface Identified {
  by: Answering;
  protocol: WireProtocol;
  /** Undefined where the service is not served or the request names no operation of it. */
  call?: WireCall;
}

const PROTOCOLS: Record<Protocol, WireProtocol> = {
  json: jsonProtocol,
  query: queryProtocol,
  "rest-json": restJsonProtocol,
  "rest-xml": restXmlProtocol,
  ec2: ec2Protocol,
  "smithy-rpc-v2-cbor": cborProtocol,
};
const CREDENTIAL = /^([^/\s]+)\/\d+\/[^/]*\/([^/,\s]+)\//;

/** Reads the credential scope of a signature, in the header or, presigned, in the address. */
export function signatureOf({ headers, query }: WireRequest): Signed | undefined {
  const [, inHeader] =
    /\bCredential=([^,\s]+)/.exec(header({ headers }, "authorization") ?? "") ?? [];
  const scope = inHeader ?? query.get("X-Amz-Credential") ?? "";
  const [, accessKeyId, signingName] = CREDENTIAL.exec(scope) ?? [];
  return accessKeyId && signingName ? { accessKeyId, signingName } : undefined;
}

/**
 * Identifies service, operation and protocol of a request: by its target, by the path of RPC v2,
 * by the signature's scope, then by path and action. The content type alone is unreliable: tools set it as
 * they please.
 */
export function identify(request: WireRequest, signed: Signed | undefined): Identified {
  return byTarget(request) ?? byRpcPath(request) ?? byScope(request, signed) ?? byShape(request);
}

function byTarget(request: WireRequest): Identified | undefined {
  const target = header(request, "x-amz-target");
  if (!target) return undefined;
  const by = answeringTo(target.slice(0, Math.max(0, target.lastIndexOf("."))));
  return { by, protocol: jsonProtocol, call: readJsonCall(by.model, target, request.body) };
}

function byRpcPath(request: WireRequest): Identified | undefined {
  const path = cborPath(request.path);
  if (!path || header(request, "smithy-protocol") !== "rpc-v2-cbor") return undefined;
  const by = answeringTo(path.service);
  return { by, protocol: cborProtocol, call: readCborCall(by.model, path.operation, request.body) };
}

/** The service of a target's prefix. */
function answeringTo(targetPrefix: string): Answering {
  const service = modelledServices().find((name) => modelOf(name)?.targetPrefix === targetPrefix);
  if (service) return served(service);
  const known = everyService().find((one) => one.targetPrefix === targetPrefix);
  return { name: known?.name ?? `what X-Amz-Target calls "${targetPrefix}"` };
}

function byScope(request: WireRequest, signed: Signed | undefined): Identified | undefined {
  if (!signed) return undefined;
  const { signingName } = signed;
  const services = modelledServices().filter((name) => modelOf(name)?.signingName === signingName);
  for (const service of services) {
    const found = readBy(request, served(service));
    if (found.call) return found;
  }
  const known = everyService().filter((one) => one.signingName === signingName);
  const first = services[0];
  if (first && !isOtherApi(request, first, known)) return readBy(request, served(first));
  const other = likeliest(
    request,
    known.filter(({ name }) => !services.some((one) => modelOf(one)?.serviceId === name)),
  );
  if (!other) return { by: { name: `"${signingName}"` }, protocol: protocolBy(request) };
  return { by: { name: other.name }, protocol: PROTOCOLS[other.protocol] };
}

/** Of several services with the same signing name, the one whose protocol the request matches. */
function likeliest(
  request: WireRequest,
  services: readonly KnownService[],
): KnownService | undefined {
  const kind = queryParameters(request).has("Action")
    ? ["query", "ec2"]
    : ["rest-json", "rest-xml"];
  const fitting = services.filter(({ protocol }) => kind.includes(protocol));
  const named = fitting.find(({ name, signingName }) => name.toLowerCase().startsWith(signingName));
  return named ?? fitting[0] ?? services[0];
}

/** `apigateway` signs two APIs; the second one's paths start with its version. */
function isOtherApi(
  request: WireRequest,
  service: string,
  known: readonly KnownService[],
): boolean {
  return service === "apigateway" && known.length > 1 && request.path.startsWith("/v2/");
}

/** Without target and signature: by the path of a REST service, or the action of a query service. */
function byShape(request: WireRequest): Identified {
  const parameters = queryParameters(request);
  const action = parameters.get("Action");
  for (const service of modelledServices()) {
    const by = served(service);
    const { model } = by;
    if (model.protocols.includes("rest-json") && readRestCall(model, request)) {
      return readBy(request, by);
    }
    const hasAction = action && model.protocols.includes("query") && operationOf(model, action);
    if (hasAction) return readBy(request, by);
  }
  return { by: { name: `${request.method} ${request.path}` }, protocol: protocolBy(request) };
}

function readBy(request: WireRequest, by: Answering & { model: ServiceModel }): Identified {
  const { model } = by;
  if (model.protocols.includes("rest-json")) {
    const call = readRestCall(model, request);
    return { by, protocol: restJsonProtocol, ...(call && { call }) };
  }
  const parameters = model.protocols.includes("query") ? queryParameters(request) : undefined;
  if (parameters?.get("Action")) {
    const call = readQueryCall(model, parameters, queueUrlOf(request));
    return { by, protocol: queryProtocol, call };
  }
  const speaks = protocolBy(request);
  const known = model.protocols.map((name) => PROTOCOLS[name]);
  return { by, protocol: known.includes(speaks) ? speaks : (known.at(-1) ?? jsonProtocol) };
}

/** The protocol by content type, if nothing else identifies it. */
function protocolBy(request: WireRequest): WireProtocol {
  const type = header(request, "content-type") ?? "";
  if (type.startsWith("application/cbor")) return cborProtocol;
  if (type.startsWith("application/x-www-form-urlencoded")) return queryProtocol;
  if (type.startsWith("application/x-amz-json")) return jsonProtocol;
  return request.query.has("Action") ? queryProtocol : restJsonProtocol;
}

/** Older clients post to the address of the queue. */
function queueUrlOf({ path, headers }: WireRequest): string | undefined {
  return /^\/\d{12}\/[\w.-]+\/?$/.test(path) ? `http://${headers["host"]}${path}` : undefined;
}

function served(service: string): Answering & { model: ServiceModel } {
  const model = modelOf(service);
  if (!model) throw new Error(`no model of ${service}`);
  return { name: model.serviceId, service, model };
}
