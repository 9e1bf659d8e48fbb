import { recorded } from "../../support/conformance.ts";

/** A mapping template, the body that it reads, and what comes of it. */
export interface TemplateRow {
  what: string;
  source: string;
  template: string;
  body?: string;
  gives?: string;
}

const RENDERED = recorded(
  "test_apigateway_integrations.py, TestApiGatewayVTL and mock integrations",
);
const LIMITS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html";
const ROOT = "#set($root = $input.path('$'))";

/** How templates print values, and what they compare. */
export const TEMPLATES: TemplateRow[] = [
  {
    what: "a list prints as JSON",
    source: RENDERED,
    template: `${ROOT}$root.l`,
    body: '{"l":["a",{"b":1}]}',
    gives: '["a",{"b":1}]',
  },
  {
    what: "a map prints as Java does, with its lists as JSON",
    source: RENDERED,
    template: `${ROOT}$root.m`,
    body: '{"m":{"a":1,"l":["x",{"y":true}],"n":{"z":"t"}}}',
    gives: '{a=1, l=["x",{"y":true}], n={z=t}}',
  },
  {
    what: "toString gives the same text, for every kind of value",
    source: RENDERED,
    template: `${ROOT}$root.m.toString() $root.l.toString() $root.n.toString()`,
    body: '{"m":{"a":1},"l":["x"],"n":2}',
    gives: '{a=1} ["x"] 2',
  },
  {
    what: "what is absent equals the empty text",
    source: RENDERED,
    template: `${ROOT}#if($root.none == "")empty#else{}there#end #if($root.a != "")there#end`,
    body: '{"a":"x"}',
    gives: "empty there",
  },
  {
    what: "what nobody said of the caller prints as nothing, and so do the maps of the context",
    source: recorded("test_apigateway_sqs.py, test_sqs_amz_json_protocol"),
    template:
      "[$context.identity.caller$context.identity.get('user')$context.get('identity')" +
      "$context.requestOverride$context.requestOverride.get('path')$context.responseOverride]" +
      "#foreach($key in $context.responseOverride.keySet())$key#end",
    gives: "[]header",
  },
  {
    what: "a loop may go over 1,000 values",
    source: LIMITS,
    template: "#foreach($n in [1..1000])#if($foreach.count == 1000)$n#end#end",
    gives: "1000",
  },
];

/** Templates that must be refused, and hold nobody up. */
export const ENDLESS: TemplateRow[] = [
  {
    what: "a loop over a range of a billion is refused",
    source: LIMITS,
    template: "#foreach($n in [1..1000000000])x#end",
  },
  {
    what: "a loop over 1,001 values of the body is refused",
    source: LIMITS,
    template: `${ROOT}#foreach($n in $root)x#end`,
    body: JSON.stringify(Array.from({ length: 1001 }, (_, n) => n)),
  },
  {
    what: "loops in loops come to an end",
    source: LIMITS,
    template:
      "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end",
  },
  {
    what: "a macro that calls itself comes to an end",
    source: "https://velocity.apache.org/engine/2.3/developer-guide.html",
    template: "#macro(again)#again()#end#again()",
  },
  {
    what: "a text that doubles itself comes to an end",
    source: LIMITS,
    template: '#set($s = "xxxxxxxxxx")#foreach($n in [1..100])#set($s = "$s$s")#end$s',
  },
];
