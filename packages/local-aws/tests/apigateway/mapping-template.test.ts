import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type GatewayRequest, HeaderList } from "../../src/gateway/gateway-request.ts";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel } from "../../src/kernel/kernel.ts";
import { Exchange } from "../../src/services/apigateway/exchange.ts";
import { MappingTemplate } from "../../src/services/apigateway/mapping-template.ts";

const test = suite("mapping-template");

const body = {
  name: 'O\'Brien & "Söhne" <x>/y',
  quantity: 2,
  gift: true,
  nothing: null,
  tags: ["a", "b"],
  size: { value: 5 },
};

function exchange(text = JSON.stringify(body)): Exchange {
  const headers = new HeaderList();
  headers.add("X-Trace", "t1");
  const request: GatewayRequest = {
    httpMethod: "POST",
    path: "/orders/42",
    query: new Map([["q", ["first", "x y"]]]),
    headers,
    body: Buffer.from(text),
    sourceIp: "127.0.0.1",
    port: 3000,
    protocol: "HTTP/1.1",
  };
  const stage = { apiId: "shop", stageName: "prod", deploymentId: "d1", variables: { table: "T" } };
  const kernel = createKernel({ clock: new VirtualClock(), newId: () => "id-1" });
  const made = new Exchange(kernel, stage, request);
  made.pathParameters = { id: "42" };
  return made;
}

async function render(template: string, text?: string): Promise<string> {
  const from = exchange(text);
  return (await new MappingTemplate(template).render(from, from.requestBody())).text;
}

test("reads the body as text, as JSON and as objects", async () => {
  assert.is(await render("$input.body"), JSON.stringify(body));
  assert.is(await render('$input.json("$.tags")'), '["a","b"]');
  assert.is(await render("$input.json('$.name')"), JSON.stringify(body.name));
  assert.is(await render("$input.json('$.tags[1]')"), '"b"');
  assert.is(await render("$input.json('$.missing')"), '""');
  assert.is(
    await render("#set($b = $input.path('$'))$b.quantity/$b.size.value/$b.gift"),
    "2/5/true",
  );
});

test("reads no body as an empty object", async () => {
  assert.is(await render("$input.body $input.json('$')", ""), "{} {}");
});

test("finds parameters in path, query and headers, the last value of each", async () => {
  assert.is(
    await render(
      "$input.params('id') $input.params('q') $input.params('x-trace') [$input.params('no')]",
    ),
    "42 x y t1 []",
  );
  assert.is(
    await render(
      "#foreach($kind in $input.params().keySet())$kind:#foreach($key in $input.params().get($kind).keySet())$key;#end#end",
    ),
    "path:id;querystring:q;header:X-Trace;",
  );
});

test("renders what is not there as nothing", async () => {
  assert.is(
    await render(
      "[$context.nope.deeper $undefined $!quiet $input.path('$.nothing') $stageVariables.x]",
    ),
    "[    ]",
  );
});

test("escapes as Java does", async () => {
  assert.is(
    await render("$util.escapeJavaScript($input.path('$.name'))"),
    'O\\\'Brien & \\"S\\u00F6hne\\" <x>\\/y',
  );
  assert.is(
    await render("$util.escapeJavaScript($input.path('$.name')).replaceAll(\"\\\\'\",\"'\")"),
    'O\'Brien & \\"S\\u00F6hne\\" <x>\\/y',
  );
  assert.is(
    await render("$util.urlEncode($input.body)", "a b*~!'()ö&=+%"),
    "a+b*%7E%21%27%28%29%C3%B6%26%3D%2B%25",
  );
  assert.is(await render("$util.urlDecode('a+b%26')"), "a b&");
  assert.is(await render("$util.base64Encode('ö') $util.base64Decode('w7Y=')"), "w7Y= ö");
  assert.is(await render("$util.parseJson('{\"a\":[7]}').a[0]"), "7");
});

test("never evaluates what the client sent", async () => {
  const attack = '{"a":"#set($x=1)$context.stage $util.urlEncode(1) #end"}';
  assert.is(await render("$input.body", attack), attack);
  assert.is(await render("$util.urlDecode($util.urlEncode($input.body))", attack), attack);
});

test("knows context and stage variables", async () => {
  assert.is(
    await render(
      "$context.stage $context.apiId $context.identity.sourceIp $context.requestId $stageVariables.table",
    ),
    "prod shop 127.0.0.1 id-1 T",
  );
});

test("calls strings, lists and maps as Java has them", async () => {
  const template =
    "#set($m = $input.path('$'))$m.size() $m.containsKey('gift') $m.get('quantity') $m.tags.size() " +
    "$m.tags.contains('b') $m.name.length() $m.name.toUpperCase().startsWith(\"O'B\") $m.name.isEmpty()";
  assert.is(await render(template), "6 true 2 2 true 23 true false");
});

test("fails with 500 on a method that AWS does not have, and on a body that is not JSON", async () => {
  for (const [template, text, reason] of [
    ["$input.body.padStart(3)", "x", ".padStart() is not supported in mapping templates"],
    ["$input.nope()", "x", ".nope() is not supported in mapping templates"],
    ["$input.json('$.a')", "{", "JSON"],
    ["$input.path('$..a')", "{}", "JSONPath $..a is not supported by the local runtime"],
    ["#if($x", "x", "Parse error"],
  ] as const) {
    try {
      await render(template, text);
      assert.unreachable(template);
    } catch (error) {
      const failure = error as { status?: number; reason?: string };
      assert.is(failure.status, 500, template);
      assert.ok(failure.reason?.includes(reason), failure.reason);
    }
  }
});

test("hands back overrides of status and headers", async () => {
  const from = exchange();
  const rendered = await new MappingTemplate(
    '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-A = "b")ok',
  ).render(from, "");
  assert.is(rendered.text, "ok");
  assert.equal(rendered.responseOverride, { status: 418, header: { "X-A": "b" } });
  assert.is(from.context["responseOverride"], undefined);
});

test("does not lead to JavaScript's own objects", async () => {
  assert.is(
    await render("[$input.constructor.name $util.constructor.name $input.path('$').__proto__.x]"),
    "[  ]",
  );
});

test.run();
